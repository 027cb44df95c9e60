package dev.rubicon.faults;

import java.time.Duration;
import dev.rubicon.testing.TestPostgres;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes a run stand still at one point, sees that it does, and lets it go on. */
sealed interface Barrier {

    /** Puts itself in the run's way. */
    void arm();

    /** Whether the run stands there now. */
    boolean reached();

    /** Lets it go on, and whoever comes there later. */
    void release();

    /** Whether the run's worker stands in a transaction on the control database. */
    default boolean inControl() {
        return false;
    }

    /** What makes the run stand still. */
    enum Kind {
        TARGET, ATTEMPT_BEGINS, ATTEMPT_ENDS, ANSWER, SPEED, WRITER, LATE_WRITER, SNAPSHOT, DROP
    }

    static Barrier of(Kind kind, Cell cell) {
        TestPostgres.Database target = cell.target().database();
        return switch (kind) {
            case TARGET -> new AtLock(target, "4711, 0", cell);
            case ATTEMPT_BEGINS -> new AtLock(cell.control(), "4711, hashtext('" + cell.target().name() + "')", cell);
            case ATTEMPT_ENDS -> new AtLock(cell.control(), "4712, hashtext('" + cell.target().name() + "')", cell);
            case ANSWER -> new AtAnswer(cell);
            case SPEED -> new AtSpeed(new AtLock(target, "4711, 0", cell), cell);
            case WRITER -> new AtWriter(target, "waiting for writers before build");
            case LATE_WRITER -> new AtLateWriter(new AtWriter(target, "waiting for writers before build"),
                    new AtWriter(target, "waiting for writers before validation"));
            case SNAPSHOT -> new AtSnapshot(target);
            case DROP -> new AtDrop(target);
        };
    }

    private static boolean any(TestPostgres.Database database, String from) {
        return !"0".equals(database.value("SELECT count(*) FROM " + from));
    }

    /** In the control database, for the barriers at attempts. */
    String[] CONTROL = {"""
            CREATE FUNCTION hold_attempt() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                PERFORM pg_advisory_xact_lock_shared(TG_ARGV[0]::int, hashtext(target)) FROM phase_run
                 WHERE id = NEW.phase_run;
                RETURN NEW;
            END $$""", """
            CREATE TRIGGER hold_begin BEFORE INSERT ON attempt FOR EACH ROW WHEN (NEW.step = 'middle')
            EXECUTE FUNCTION hold_attempt(4711)""", """
            CREATE TRIGGER hold_end BEFORE UPDATE OF outcome ON attempt FOR EACH ROW
            WHEN (NEW.step = 'middle' AND NEW.outcome = 'done') EXECUTE FUNCTION hold_attempt(4712)"""};

    /** An advisory lock that a function of ours waits for. */
    final class AtLock implements Barrier {

        private final TestPostgres.Database database;
        private final String key;
        private final boolean inControl;
        private @Nullable Hold hold;

        AtLock(TestPostgres.Database database, String key, Cell cell) {
            this.database = database;
            this.key = key;
            this.inControl = database.equals(cell.control());
        }

        @Override
        public void arm() {
            hold = new Hold(database, "SELECT pg_advisory_xact_lock(" + key + ")");
        }

        @Override
        public boolean reached() {
            return any(database, """
                    pg_locks, (SELECT %s) AS key (class, object)
                    WHERE locktype = 'advisory' AND NOT granted AND classid::bigint = class
                      AND objid::bigint = object::bigint & 4294967295
                      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"""
                    .formatted(key));
        }

        @Override
        public void release() {
            if (hold != null) {
                hold.close();
            }
        }

        @Override
        public boolean inControl() {
            return inControl;
        }
    }

    /** A commit that waits for a synchronous standby, after its own record is written. */
    record AtAnswer(Cell cell) implements Barrier {

        @Override
        public void arm() {
            standby("'nobody'");
        }

        @Override
        public boolean reached() {
            return any(cell.target().database(), "pg_stat_activity WHERE wait_event = 'SyncRep'"
                    + " AND datname = current_database()");
        }

        @Override
        public void release() {
            standby("''");
        }

        private void standby(String names) {
            TestPostgres.Database server = cell.server().administration();
            server.run("ALTER SYSTEM SET synchronous_standby_names = " + names);
            server.value("SELECT pg_reload_conf()");
        }
    }

    /** A backfill whose speed is 0. */
    final class AtSpeed implements Barrier {

        /** A worker knows the new speed within a second, and on a busy machine within so many. */
        private static final Duration HEARD_WITHIN = Duration.ofSeconds(6);

        private final AtLock inBatch;
        private final Cell cell;
        private long slowedAt;
        private boolean letGo;

        AtSpeed(AtLock inBatch, Cell cell) {
            this.inBatch = inBatch;
            this.cell = cell;
        }

        @Override
        public void arm() {
            inBatch.arm();
        }

        @Override
        public boolean reached() {
            if (slowedAt == 0 && inBatch.reached()) {
                speed(0);
                slowedAt = System.nanoTime();
            }
            if (slowedAt != 0 && !letGo && System.nanoTime() - slowedAt > HEARD_WITHIN.toNanos()) {
                inBatch.release();
                letGo = true;
            }
            return letGo && Boolean.parseBoolean(cell.target().database().value("""
                    SELECT count(*) > 0
                           AND bool_and(state = 'idle' AND state_change < clock_timestamp() - interval '1 s')
                    FROM pg_stat_activity
                    WHERE application_name LIKE 'rubicon run/%' AND application_name NOT LIKE '% lock'
                      AND datname = current_database()"""));
        }

        private void speed(int speed) {
            cell.api().as("operator").patchNewest("/rollouts/" + cell.rollout(), "/speed", Map.of("speed", speed))
                    .expect(200);
        }

        @Override
        public void release() {
            speed(1);
        }
    }

    /** A concurrent build that waits for a transaction that wrote to its table. */
    final class AtWriter implements Barrier {

        private final TestPostgres.Database database;
        private final String phase;
        private @Nullable Hold hold;

        AtWriter(TestPostgres.Database database, String phase) {
            this.database = database;
            this.phase = phase;
        }

        @Override
        public void arm() {
            hold = new Hold(database, "LOCK TABLE accounts IN ROW EXCLUSIVE MODE");
        }

        @Override
        public boolean reached() {
            return any(database, "pg_stat_progress_create_index WHERE phase = '" + phase
                    + "' AND datname = current_database()");
        }

        @Override
        public void release() {
            if (hold != null) {
                hold.close();
            }
        }
    }

    /** The same for one that came when the build had begun. */
    final class AtLateWriter implements Barrier {

        private final AtWriter early;
        private final AtWriter late;
        private boolean begun;

        AtLateWriter(AtWriter early, AtWriter late) {
            this.early = early;
            this.late = late;
        }

        @Override
        public void arm() {
            early.arm();
        }

        @Override
        public boolean reached() {
            if (!begun && early.reached()) {
                late.arm();
                begun = true;
                early.release();
            }
            return begun && late.reached();
        }

        @Override
        public void release() {
            late.release();
        }
    }

    /** A concurrent build that waits for an old snapshot. */
    final class AtSnapshot implements Barrier {

        private final AtWriter stage;
        private final TestPostgres.Database database;
        private @Nullable Hold hold;

        AtSnapshot(TestPostgres.Database database) {
            this.database = database;
            this.stage = new AtWriter(database, "waiting for old snapshots");
        }

        @Override
        public void arm() {
            hold = new Hold(database, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ", "SELECT now()");
        }

        @Override
        public boolean reached() {
            return stage.reached();
        }

        @Override
        public void release() {
            if (hold != null) {
                hold.close();
            }
        }
    }

    /** A concurrent drop that waits for a transaction that wrote to its table. */
    final class AtDrop implements Barrier {

        private final AtWriter writer;
        private final TestPostgres.Database database;

        AtDrop(TestPostgres.Database database) {
            this.database = database;
            this.writer = new AtWriter(database, "");
        }

        @Override
        public void arm() {
            writer.arm();
        }

        @Override
        public boolean reached() {
            return any(database, "pg_stat_activity WHERE query LIKE 'DROP INDEX%' AND wait_event_type = 'Lock'"
                    + " AND datname = current_database()");
        }

        @Override
        public void release() {
            writer.release();
        }
    }
}
