package dev.rubicon.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rubicon.security.Actor;
import dev.rubicon.testing.SettableClock;
import dev.rubicon.testing.TestPostgres;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

class ChainTest {

    private final TestPostgres.Database database = TestPostgres.database();
    private final DriverManagerDataSource source = new DriverManagerDataSource(database.url(), database.user(),
            database.password());
    private final DataSourceTransactionManager manager = new DataSourceTransactionManager(source);
    private final TransactionTemplate transactions = new TransactionTemplate(manager);
    private final JdbcClient jdbc = JdbcClient.create(source);
    private final Chainer chainer = new Chainer(jdbc, new JdbcTemplate(source), transactions);
    private final JsonMapper json = JsonMapper.builder().build();
    private final AuditTrail trail = new AuditTrail(jdbc, json,
            new SettableClock(Instant.parse("2026-01-01T00:00:00.000001Z")), new AuditRows(jdbc, json),
            new Verifier(jdbc));

    ChainTest() {
        Flyway.configure().dataSource(source).load().migrate();
    }

    @Test
    void linksWhatIsWrittenAndFindsItIntact() {
        record(3);
        assertThat(verify()).returns(3L, ChainVerification::pending).returns(0L, ChainVerification::chainedTo);

        link();
        assertThat(verify()).returns(true, ChainVerification::intact).returns(3L, ChainVerification::chainedTo)
                .returns(0L, ChainVerification::pending).returns(null, ChainVerification::brokenAt);
        record(1500);
        link();
        assertThat(verify()).returns(true, ChainVerification::intact).returns(1503L, ChainVerification::chainedTo);
    }

    @Test
    void hashesTheTextThatIsDocumented() throws Exception {
        transactions.executeWithoutResult(status -> trail.record(new Actor("zoë", "ci", Map.of(), java.util.Set.of()),
                "plan.submitted", new Subject("plan", "rename", null), Map.of("revision", 1)));
        link();

        String writer = String.valueOf(database.value("SELECT written_by::text FROM audit_entry"));
        String text = """
                rubicon-audit 1
                link=1:1
                id=1:1
                at=16:1767225600000001
                actor=4:zoë
                token=2:ci
                action=14:plan.submitted
                subjectType=4:plan
                subjectId=6:rename
                environment=-
                details=15:{"revision": 1}
                writtenBy=%d:%s
                """.formatted(writer.length(), writer);
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        sha256.update(new byte[32]);
        String expected = HexFormat.of().formatHex(sha256.digest(text.getBytes(StandardCharsets.UTF_8)));
        assertThat(database.value("SELECT encode(hash, 'hex') FROM audit_entry")).isEqualTo(expected);
        assertThat(verify().head()).isEqualTo(expected);
    }

    @Test
    void waitsForTransactionsThatMayStillWriteAnEarlierEntry() throws Exception {
        try (Connection early = DriverManager.getConnection(database.url(), database.user(), database.password())) {
            early.setAutoCommit(false);
            early.createStatement().execute("SELECT pg_current_xact_id()");
            record(1);
            chainer.link();
            assertThat(verify().pending()).isEqualTo(1);

            early.commit();
            link();
            assertThat(verify().pending()).isZero();
        }
    }

    @Test
    void linksEachEntryOnceWhenNodesLinkTogether() {
        record(400);
        CompletableFuture.allOf(IntStream.range(0, 4).mapToObj(i -> CompletableFuture.runAsync(chainer::link))
                .toArray(CompletableFuture[]::new)).join();
        link();

        assertThat(verify()).returns(true, ChainVerification::intact).returns(400L, ChainVerification::chainedTo);
    }

    @Test
    void linksEntriesOfARestoredDatabaseWhoseWritersTheNewServerHasNotReached() {
        transactions.executeWithoutResult(status -> jdbc.sql("""
                INSERT INTO audit_entry (at, actor, action, subject_type, subject_id, details, written_by)
                VALUES (now(), 'a', 'x.done', 'x', '1', '{}', '4000000000')
                """).update());
        link();

        assertThat(verify()).returns(1L, ChainVerification::chainedTo).returns(true, ChainVerification::intact);
    }

    @Test
    void refusesChangesThroughOrdinaryStatements() {
        record(1);
        link();

        for (String sql : List.of("UPDATE audit_entry SET actor = 'x'", "DELETE FROM audit_entry",
                "TRUNCATE audit_entry", "UPDATE audit_entry SET link = NULL, hash = NULL")) {
            assertThatThrownBy(() -> jdbc.sql(sql).update()).isInstanceOf(DataAccessException.class)
                    .hasMessageContaining("append-only");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "UPDATE audit_entry SET actor = 'x' WHERE link = 3 | 3",
            "UPDATE audit_entry SET details = '{\"n\": 99}' WHERE link = 3 | 3",
            "UPDATE audit_entry SET at = at + interval '1 microsecond' WHERE link = 3 | 3",
            "UPDATE audit_entry SET environment = '' WHERE link = 3 | 3",
            "DELETE FROM audit_entry WHERE link = 3 | 3",
            "DELETE FROM audit_entry WHERE link = 5 | 5",
            "UPDATE audit_entry SET link = NULL, hash = NULL WHERE link = 3 | 3",
            "UPDATE audit_entry a SET hash = b.hash FROM audit_entry b WHERE a.link = 3 AND b.link = 4 | 3",
            "UPDATE audit_chain SET link = 4 | 5",
            "UPDATE audit_chain SET hash = decode(repeat('00', 32), 'hex') | 5"})
    void findsWhatASuperuserTamperedWith(String sql, long link) {
        record(5);
        link();
        assertThat(verify().intact()).isTrue();

        database.run("ALTER TABLE audit_entry DISABLE TRIGGER ALL");
        jdbc.sql(sql).update();
        assertThat(verify()).returns(false, ChainVerification::intact).returns(link, ChainVerification::brokenAt);
    }

    @Test
    void findsTwoEntriesThatChangedPlaces() {
        record(5);
        link();
        database.run("ALTER TABLE audit_entry DISABLE TRIGGER ALL", "UPDATE audit_entry SET link = -2 WHERE link = 2",
                "UPDATE audit_entry SET link = 2 WHERE link = 3", "UPDATE audit_entry SET link = 3 WHERE link = -2");

        assertThat(verify()).returns(false, ChainVerification::intact).returns(2L, ChainVerification::brokenAt);
    }

    private void record(int entries) {
        transactions.executeWithoutResult(status -> {
            for (int n = 0; n < entries; n++) {
                trail.record(Actor.RUBICON, "test.done", new Subject("test", "t" + n, "staging"), Map.of("n", n));
            }
        });
    }

    /** Once no transaction holds it up: those of the server's other databases do, too. */
    private void link() {
        await().untilAsserted(() -> {
            chainer.link();
            assertThat(database.value("SELECT count(*) FROM audit_entry WHERE link IS NULL")).isEqualTo("0");
        });
    }

    private ChainVerification verify() {
        TransactionTemplate snapshot = new TransactionTemplate(manager);
        snapshot.setReadOnly(true);
        snapshot.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
        return snapshot.execute(status -> trail.verify(Actor.RUBICON));
    }
}
