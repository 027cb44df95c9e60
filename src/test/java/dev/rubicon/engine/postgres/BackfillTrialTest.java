package dev.rubicon.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rubicon.engine.DryRun;
import dev.rubicon.engine.QueryFailed;
import dev.rubicon.plan.Work;
import dev.rubicon.plan.Work.BackfillVerify;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A few batches of a backfill, tried and rolled back. */
class BackfillTrialTest {

    private final PostgresTarget on = new PostgresTarget() {
    };

    @BeforeEach
    void users() {
        on.database.run("CREATE TABLE users (id int PRIMARY KEY, n int NOT NULL DEFAULT 0)",
                "INSERT INTO users SELECT i FROM generate_series(1, 20000) i",
                "UPDATE users SET n = 1 WHERE id > 19000", "VACUUM ANALYZE users");
    }

    private DryRun tryOut(String value, @Nullable String where) {
        return on.engine().dryRun(on.access(on.database.user(), on.database.password()), new Work.Backfill("users",
                Map.of("n", value), where, null, false, null, null, BackfillVerify.FULL, null, 1),
                Duration.ofMillis(100));
    }

    @Test
    void tellsWhatTheWholeWouldMeetAndLeavesNothingBehind() {
        String before = on.value("SELECT md5(string_agg(xmin || ' ' || users::text, ',' ORDER BY id)) FROM users");

        DryRun run = tryOut("1", "n = 0");

        assertThat(run.rows()).isEqualTo(20_000);
        assertThat(run.rowsExact()).isTrue();
        assertThat(run.matching()).isEqualTo(19_000);
        assertThat(run.matchingExact()).isTrue();
        assertThat(run.walk()).isEqualTo("block");
        assertThat(Objects.requireNonNull(run.batch()).changed()).isBetween(500L, 4_500L);
        assertThat(Objects.requireNonNull(run.secondsHigh())).isGreaterThanOrEqualTo(1);
        assertThat(on.value("SELECT md5(string_agg(xmin || ' ' || users::text, ',' ORDER BY id)) FROM users"))
                .isEqualTo(before);
        assertThat(on.value("SELECT to_regnamespace('rubicon')")).isEqualTo("null");
        assertThat(on.value("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'rubicon dry run' "
                + "AND datname = current_database() AND state <> 'idle'")).isEqualTo("0");
    }

    @Test
    void countsEachBatchesOwnHotUpdates() {
        on.database.run("ALTER TABLE users SET (fillfactor = 40)", "UPDATE users SET n = 0",
                "VACUUM FULL ANALYZE users");

        DryRun.Tried batch = Objects.requireNonNull(tryOut("1", "n = 0").batch());

        assertThat(batch.hot()).isPositive().isLessThanOrEqualTo(batch.changed());
    }

    @Test
    void triesTheBeginningTheMiddleAndTheEnd() {
        on.database.run("ALTER TABLE users RENAME TO old_users",
                "CREATE TABLE users (id int PRIMARY KEY, n int NOT NULL DEFAULT 0) PARTITION BY RANGE (id)",
                "CREATE TABLE users_1 PARTITION OF users FOR VALUES FROM (0) TO (1000)",
                "CREATE TABLE users_2 PARTITION OF users FOR VALUES FROM (1000) TO (2000)",
                "CREATE TABLE users_3 PARTITION OF users FOR VALUES FROM (2000) TO (3000)",
                "INSERT INTO users SELECT i FROM generate_series(1, 2999) i", "VACUUM ANALYZE users");

        for (String rows : List.of("id < 5", "id BETWEEN 1000 AND 1003", "id BETWEEN 2000 AND 2003")) {
            assertThat(Objects.requireNonNull(tryOut("1", "n = 0 AND " + rows).batch()).changed()).as(rows)
                    .isEqualTo(4);
        }
        assertThat(Objects.requireNonNull(tryOut("1", "n = 0").batch()).changed()).isGreaterThan(1_500);
    }

    @Test
    void endsWithTheFirstBatchThatSpeaksAgainstTheRun() {
        on.database.run("ALTER TABLE users ADD CHECK (n < 5 OR id < 100) NOT VALID");

        DryRun run = tryOut("7", "n < 5");

        assertThat(run.batch()).isNull();
        assertThat(run.warnings()).filteredOn(one -> one.startsWith("The batch was refused")).hasSize(1);
    }

    @Test
    void saysThatTheColumnIsNotThereYet() {
        assertThatThrownBy(() -> on.engine().dryRun(on.access(on.database.user(), on.database.password()),
                new Work.Backfill("users", Map.of("display_name", "'x'"), null, null, false, null, null,
                        BackfillVerify.FULL, null, 1),
                Duration.ofMillis(100))).isInstanceOf(QueryFailed.class)
                .hasMessageContaining("has no column display_name yet");
        assertThatThrownBy(() -> tryOut("1", "absent IS NULL")).isInstanceOf(QueryFailed.class)
                .hasMessageContaining("if an earlier phase makes it");
    }

    @Test
    void warnsOfWhatItMeets() {
        on.database.run("CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
                "CREATE TRIGGER touch BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch()",
                "ALTER TABLE users DROP CONSTRAINT users_pkey", "CREATE INDEX ON users (n)");

        assertThat(tryOut("n", "n = 0").warnings())
                .anySatisfy(one -> assertThat(one).contains("Triggers fire with each batch: touch"))
                .anySatisfy(one -> assertThat(one).contains("no primary key"))
                .anySatisfy(one -> assertThat(one).contains("'where' does not become false"));
        assertThat(tryOut("1", "n = 0").warnings()).anySatisfy(one -> assertThat(one).contains("(HOT)"));
    }

    @Test
    void namesWhoHoldsItsRowsAndWaitsNoLongerThanTheStallBudget() {
        try (PostgresTarget.Open shop = on.transaction("UPDATE users SET n = 0 WHERE id < 10")) {
            DryRun run = tryOut("1", "n = 0");

            assertThat(run.batch()).isNull();
            assertThat(run.warnings()).anySatisfy(one -> assertThat(one).contains("did not get its locks within 100 ms",
                    "the-shop"));
        }
        try (PostgresTarget.Open shop = on.transaction("LOCK TABLE users IN ACCESS EXCLUSIVE MODE")) {
            assertThatThrownBy(() -> tryOut("1", "n = 0")).isInstanceOf(QueryFailed.class)
                    .hasMessageContaining("cannot be read now");
        }
    }
}
