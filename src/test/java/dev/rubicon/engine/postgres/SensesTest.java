package dev.rubicon.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.rubicon.engine.Reading;
import dev.rubicon.engine.Strain;
import dev.rubicon.registry.BackfillLimits;
import dev.rubicon.testing.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.PGProperty;
import org.postgresql.replication.LogSequenceNumber;
import org.postgresql.replication.PGReplicationStream;

class SensesTest {

    private static final Scripts SCRIPTS = new Scripts(new Grammar());

    private final TestPostgres.Database database = TestPostgres.strainedDatabase();
    private final List<Connection> opened = new ArrayList<>();
    private Map<String, String> settings = Map.of();

    @AfterEach
    void close() throws SQLException {
        for (Connection connection : opened) {
            connection.close();
        }
    }

    private Connection open() throws SQLException {
        return open(database.user(), database.password());
    }

    private Connection open(String user, String password) throws SQLException {
        Connection connection = DriverManager.getConnection(database.url() + "?ApplicationName=the-shop", user,
                password);
        opened.add(connection);
        return connection;
    }

    private Senses senses() throws SQLException {
        return new Senses(open(), List.of("public.users"), SCRIPTS);
    }

    private Reading read(Senses senses, Strain strain, Integer... ours) throws SQLException {
        return senses.look(BackfillLimits.of(settings), List.of(ours)).readings().stream()
                .filter(reading -> reading.of() == strain).findFirst().orElseThrow();
    }

    private Reading.Known known(Senses senses, Strain strain, Integer... ours) throws SQLException {
        Reading reading = read(senses, strain, ours);
        assertThat(reading).as(reading.words()).isInstanceOf(Reading.Known.class);
        return (Reading.Known) reading;
    }

    private void assertAbsent(Senses senses, Strain strain, String why) throws SQLException {
        assertThat(read(senses, strain)).isInstanceOfSatisfying(Reading.Absent.class,
                absent -> assertThat(absent.words()).contains(why));
    }

    private static void meanwhile(Connection connection, String sql) {
        Thread.ofVirtual().start(() -> {
            try {
                Rows.execute(connection, sql);
            } catch (SQLException ended) {
                return;
            }
        });
    }

    @Test
    void readsEachStrainOnceAndSaysWhyWhereItDoesNotApply() throws SQLException {
        TestPostgres.Database another = TestPostgres.database();
        Connection plain = DriverManager.getConnection(another.url(), another.user(), another.password());
        opened.add(plain);
        Senses senses = new Senses(plain, List.of("users"), SCRIPTS);

        assertThat(senses.look(BackfillLimits.usual(), List.of()).readings()).extracting(Reading::of)
                .containsExactly(Strain.REPLICA_LAG, Strain.SLOT_BACKLOG, Strain.WAL_RATE, Strain.ARCHIVE_BACKLOG,
                        Strain.LOCK_WAITS, Strain.ACTIVE_BACKENDS, Strain.OLDEST_SNAPSHOT, Strain.AUTOVACUUM,
                        Strain.STATEMENTS, Strain.PROBE);
        assertAbsent(senses, Strain.REPLICA_LAG, "no replica is connected");
        assertAbsent(senses, Strain.SLOT_BACKLOG, "no replication slot");
        assertAbsent(senses, Strain.ARCHIVE_BACKLOG, "archive_mode is off");
        assertAbsent(senses, Strain.STATEMENTS, "pg_stat_statements is not installed in this database");
        assertAbsent(senses, Strain.PROBE, "none is set on this target");
        assertThat(Rows.first(plain, "SHOW statement_timeout", row -> row.getString(1))).contains("0");
    }

    @Test
    void saysWhichPrivilegeIsMissingAndReadsTheRest() throws SQLException {
        database.run("CREATE ROLE guest_of_" + database.name() + " LOGIN PASSWORD 'guest'");
        Senses senses = new Senses(open("guest_of_" + database.name(), "guest"), List.of("users"), SCRIPTS);

        assertAbsent(senses, Strain.ACTIVE_BACKENDS, "GRANT pg_read_all_stats");
        assertAbsent(senses, Strain.OLDEST_SNAPSHOT, "GRANT pg_read_all_stats");
        assertThat(known(senses, Strain.LOCK_WAITS).value()).isZero();
        assertThat(known(senses, Strain.AUTOVACUUM).words()).isEqualTo("does not run");
        assertThat(known(senses, Strain.WAL_RATE).limit()).isEqualTo(256 * 1024 * 1024);
    }

    @Test
    void tellsWhatIsSwitchedOff() throws SQLException {
        settings = Map.of("backfill.lockWaits", "off");

        assertAbsent(senses(), Strain.LOCK_WAITS, "switched off on this target (backfill.lockWaits)");
    }

    @Test
    void countsThoseThatWaitForOurLanesAlone() throws SQLException {
        database.run("CREATE TABLE users (id int PRIMARY KEY)", "INSERT INTO users VALUES (1), (2)");
        Connection lane = locked(1);
        Connection stranger = locked(2);
        meanwhile(open(), "UPDATE users SET id = id WHERE id = 1");
        meanwhile(open(), "UPDATE users SET id = id WHERE id = 2");
        Senses senses = senses();
        await().until(() -> database.value("SELECT count(*) FROM pg_locks WHERE NOT granted"), "2"::equals);

        Reading.Known ours = known(senses, Strain.LOCK_WAITS, Rows.backendPid(lane));

        assertThat(ours.value()).isEqualTo(1);
        assertThat(ours.utilization()).isEqualTo(0.2);
        assertThat(ours.words()).matches("1 of 5, the longest for \\d+ ms");
        assertThat(known(senses, Strain.LOCK_WAITS).value()).isZero();
        stranger.rollback();
    }

    private Connection locked(int id) throws SQLException {
        Connection connection = open();
        connection.setAutoCommit(false);
        Rows.execute(connection, "UPDATE users SET id = id WHERE id = " + id);
        return connection;
    }

    @Test
    void countsActiveSessionsOfOthersAgainstAShareOfAllConnections() throws SQLException {
        settings = Map.of("backfill.activeBackends", "10%");
        Connection busy = open();
        int pid = Rows.backendPid(busy);
        meanwhile(busy, "SELECT pg_sleep(60)");
        await().until(() -> database.value("SELECT state FROM pg_stat_activity WHERE pid = " + pid), "active"::equals);

        Reading.Known seen = known(senses(), Strain.ACTIVE_BACKENDS);

        double most = Double.parseDouble(String.valueOf(database.value("SHOW max_connections"))) / 10;
        assertThat(seen.value()).isEqualTo(1);
        assertThat(seen.limit()).isEqualTo(most);
        assertThat(known(senses(), Strain.ACTIVE_BACKENDS, pid).value()).isZero();
        Rows.first(open(), "SELECT pg_cancel_backend(?)", row -> row.getBoolean(1), pid);
    }

    @Test
    void seesTheOldestSnapshotAndWhoHasIt() throws SQLException {
        settings = Map.of("backfill.oldestSnapshot", "1s");
        Senses senses = senses();
        assertThat(known(senses, Strain.OLDEST_SNAPSHOT).value()).isZero();
        Connection reader = open();
        reader.setAutoCommit(false);
        reader.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        Rows.execute(reader, "SELECT 1");
        int pid = Rows.backendPid(reader);

        await().untilAsserted(() -> assertThat(known(senses, Strain.OLDEST_SNAPSHOT)).satisfies(seen -> {
            assertThat(seen.utilization()).isGreaterThan(0.1);
            assertThat(seen.words()).contains("pid " + pid + ", the-shop");
        }));
        assertThat(known(senses, Strain.OLDEST_SNAPSHOT, pid).value()).isZero();
    }

    @Test
    void measuresTheLogThatIsWritten() throws SQLException {
        database.run("CREATE TABLE users (t text)");
        Senses senses = senses();
        assertThat(known(senses, Strain.WAL_RATE).value()).isZero();

        database.run("INSERT INTO users SELECT repeat('x', 1000) FROM generate_series(1, 1000)");

        assertThat(known(senses, Strain.WAL_RATE).value()).isGreaterThan(1_000_000 / 60.0);
    }

    @Test
    void countsFilesThatWaitForTheArchiver() throws SQLException {
        Senses senses = senses();
        database.run("CREATE TABLE users (t text)");
        database.value("SELECT pg_switch_wal()");
        await().atMost(Duration.ofSeconds(60))
                .until(() -> read(senses, Strain.ARCHIVE_BACKLOG) instanceof Reading.Known);
        double before = known(senses, Strain.ARCHIVE_BACKLOG).value();

        database.run("INSERT INTO users VALUES ('x')");
        database.value("SELECT pg_switch_wal()");
        database.run("INSERT INTO users VALUES ('y')");

        assertThat(before).isPositive();
        assertThat(known(senses, Strain.ARCHIVE_BACKLOG).value()).isEqualTo(before + 1);
    }

    @Test
    void seesHowFarAReplicaIsBehindUntilItIsGone() throws SQLException {
        Senses senses = senses();
        assertAbsent(senses, Strain.REPLICA_LAG, "no replica is connected");
        LogSequenceNumber start = LogSequenceNumber.valueOf(database.value("SELECT pg_current_wal_flush_lsn()"));
        PGReplicationStream replica = replica(start);
        answer(replica, start);
        await().until(() -> read(senses, Strain.REPLICA_LAG) instanceof Reading.Known);

        database.run("CREATE TABLE users (t text)");
        await().untilAsserted(() -> assertThat(known(senses, Strain.REPLICA_LAG)).satisfies(seen -> {
            assertThat(seen.value()).isGreaterThan(0.2);
            assertThat(seen.words()).contains(" of 5 s (the-replica)");
        }));
        await().untilAsserted(() -> {
            answer(replica, LogSequenceNumber.valueOf(database.value("SELECT pg_current_wal_flush_lsn()")));
            assertThat(known(senses, Strain.REPLICA_LAG).value()).isZero();
        });
        replica.close();
        opened.getLast().close();

        await().until(() -> read(senses, Strain.REPLICA_LAG) instanceof Reading.Unknown);
        assertThat(read(senses, Strain.REPLICA_LAG).words()).contains("the replica is gone");
    }

    /** A replica as the server sees one: it takes the log, and tells how far it is. */
    private PGReplicationStream replica(LogSequenceNumber from) throws SQLException {
        Properties properties = new Properties();
        PGProperty.USER.set(properties, database.user());
        PGProperty.PASSWORD.set(properties, database.password());
        PGProperty.REPLICATION.set(properties, "true");
        PGProperty.ASSUME_MIN_SERVER_VERSION.set(properties, "14");
        PGProperty.PREFER_QUERY_MODE.set(properties, "simple");
        PGProperty.APPLICATION_NAME.set(properties, "the-replica");
        Connection connection = DriverManager.getConnection(database.url(), properties);
        opened.add(connection);
        return connection.unwrap(PGConnection.class).getReplicationAPI().replicationStream().physical()
                .withStartPosition(from).start();
    }

    private static void answer(PGReplicationStream replica, LogSequenceNumber done) throws SQLException {
        replica.readPending();
        replica.setFlushedLSN(done);
        replica.setAppliedLSN(done);
        replica.forceUpdateStatus();
    }

    @Test
    void measuresTheLogThatIsKeptForASlot() throws SQLException {
        database.run("CREATE TABLE users (t text)");
        String slot = "slot_" + database.name();
        database.value("SELECT pg_create_physical_replication_slot('" + slot + "', true)");
        try {
            settings = Map.of("backfill.slotBacklog", "1MiB");
            database.run("INSERT INTO users SELECT repeat('x', 1000) FROM generate_series(1, 2000)");

            assertThat(known(senses(), Strain.SLOT_BACKLOG).utilization()).isGreaterThan(1);
        } finally {
            database.value("SELECT pg_drop_replication_slot('" + slot + "')");
        }
    }

    @Test
    void slowsDownForAnAutovacuumThatIsBeingOutrun() throws SQLException {
        Reading.Known vacuum = duringVacuum("id % 2 = 0");

        assertThat(vacuum.utilization()).isCloseTo(0.8, within(0.01));
        assertThat(vacuum.words()).matches("runs.*; 100 dead rows for 100 live ones");
        assertThat(vacuum.limit()).as("it never stops").isNull();
    }

    @Test
    void leavesAnAutovacuumAloneThatKeepsUp() throws SQLException {
        Reading.Known vacuum = duringVacuum("id % 5 = 0");

        assertThat(vacuum.utilization()).isCloseTo(0.3, within(0.01));
        assertThat(vacuum.words()).contains("25 dead rows for 100 live ones");
    }

    private Reading.Known duringVacuum(String deleted) throws SQLException {
        database.run("""
                CREATE TABLE users (id int, t text) WITH (autovacuum_vacuum_threshold = 1, fillfactor = 10,
                    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_cost_delay = 100,
                    autovacuum_vacuum_cost_limit = 1)""",
                "INSERT INTO users SELECT i, repeat('x', 200) FROM generate_series(1, 3000) i",
                "DELETE FROM users WHERE " + deleted);
        Senses senses = senses();
        Reading.Known vacuum = await().atMost(Duration.ofSeconds(60)).until(() -> known(senses, Strain.AUTOVACUUM),
                seen -> seen.words().startsWith("runs"));
        database.run("DROP TABLE users");
        return vacuum;
    }

    @Test
    void makesNoRoomForAnAutomaticAnalyze() throws SQLException {
        database.run("""
                CREATE FUNCTION slow_for_the_server(id int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$
                BEGIN
                    PERFORM pg_sleep(0.1) WHERE current_setting('application_name') = '';
                    RETURN id;
                END $$""", """
                CREATE TABLE users (id int) WITH (autovacuum_analyze_threshold = 1, autovacuum_analyze_scale_factor = 0,
                    autovacuum_vacuum_insert_threshold = -1)""",
                "CREATE INDEX ON users (slow_for_the_server(id))",
                "INSERT INTO users SELECT i FROM generate_series(1, 100) i");
        String analyzes = "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE l.granted "
                + "AND l.relation = 'users'::regclass AND a.query LIKE 'autovacuum: ANALYZE %'";
        Senses senses = senses();
        await().atMost(Duration.ofSeconds(60)).until(() -> database.value(analyzes), "1"::equals);

        assertThat(known(senses, Strain.AUTOVACUUM).words()).isEqualTo("does not run");
        assertThat(database.value(analyzes)).as("it still runs").isEqualTo("1");
        database.run("DROP TABLE users");
    }

    @Test
    void comparesTheApplicationsStatementsWithTheirOwnTimeBefore() throws SQLException {
        String role = "app_" + database.name();
        database.run("CREATE EXTENSION pg_stat_statements", "CREATE ROLE " + role + " LOGIN PASSWORD 'app'");
        Connection guard = open();
        StatementSense sense = new StatementSense();
        assertThat(sense.read(at(guard, 0)).words()).contains("no other role");
        Connection application = open(role, "app");
        sleep(application, 0.001);

        assertThat(sense.read(at(guard, 1))).isInstanceOfSatisfying(Reading.Known.class,
                seen -> assertThat(seen.utilization()).isZero());
        sleep(application, 0.1);
        assertThat(sense.read(at(guard, 1 + Duration.ofSeconds(5).toNanos())))
                .isInstanceOfSatisfying(Reading.Known.class, seen -> assertThat(seen.utilization()).isGreaterThan(1));
        assertThat(sense.read(at(guard, 1 + Duration.ofSeconds(10).toNanos())))
                .isInstanceOfSatisfying(Reading.Known.class, seen -> assertThat(seen.utilization()).isZero());
    }

    private static void sleep(Connection connection, double seconds) throws SQLException {
        for (int i = 0; i < 25; i++) {
            Rows.first(connection, "SELECT pg_sleep(?)", row -> 1, seconds);
        }
    }

    private Sense.Glance at(Connection connection, long nanos) {
        return new Sense.Glance(connection, BackfillLimits.of(settings), List.of(), new WalHistory(), nanos, true);
    }

    @Test
    void timesTheProbeAgainstItsTimeBefore() throws SQLException {
        database.run("CREATE TABLE slowness (seconds float)", "INSERT INTO slowness VALUES (0.1)");
        settings = Map.of("backfill.probe", "SELECT pg_sleep(seconds) FROM slowness");
        Senses senses = senses();
        // the median of three is no chance of one
        known(senses, Strain.PROBE);
        known(senses, Strain.PROBE);
        assertThat(known(senses, Strain.PROBE).utilization()).isLessThan(1);

        database.run("UPDATE slowness SET seconds = 0.45");
        known(senses, Strain.PROBE);

        Reading.Known slow = known(senses, Strain.PROBE);
        assertThat(slow.utilization()).isGreaterThan(1);
        assertThat(slow.words()).matches("\\d+\\.\\d × its usual time, of 2\\.0 × \\([45]\\d\\d\\.\\d ms\\)");
        database.run("UPDATE slowness SET seconds = 60");
        known(senses, Strain.PROBE);
        assertThat(known(senses, Strain.PROBE).words()).contains("(500.0 ms)");
    }

    @Test
    void refusesAProbeThatWritesOrIsNotOneSelect() throws SQLException {
        database.run("CREATE SEQUENCE numbers");
        settings = Map.of("backfill.probe", "SELECT nextval('numbers')");
        assertThat(read(senses(), Strain.PROBE)).isInstanceOfSatisfying(Reading.Unknown.class,
                unknown -> assertThat(unknown.words()).contains("read-only transaction"));

        settings = Map.of("backfill.probe", "SELECT 1; ROLLBACK; DROP SEQUENCE numbers");
        assertThat(read(senses(), Strain.PROBE).words()).contains("one SELECT");
        assertThat(database.value("SELECT to_regclass('numbers') IS NOT NULL")).isEqualTo("true");
    }
}
