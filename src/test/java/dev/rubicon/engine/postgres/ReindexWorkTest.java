package dev.rubicon.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.engine.Direction;
import dev.rubicon.engine.StepOutcome;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReindexWorkTest extends ConcurrentWork {

    @BeforeEach
    void makeTable() {
        on.database.run("CREATE SCHEMA shop", "CREATE TABLE shop.users (id int PRIMARY KEY, name text)",
                "CREATE INDEX users_name ON shop.users (name)",
                "INSERT INTO shop.users SELECT i, 'n' || i FROM generate_series(1, 1000) i");
    }

    private String oid() {
        return on.value("SELECT 'shop.users_name'::regclass::oid");
    }

    private String leftovers() {
        return on.value("SELECT count(*) FROM pg_index WHERE NOT indisvalid");
    }

    @ParameterizedTest
    @ValueSource(strings = {"INDEX CONCURRENTLY shop.users_name", "TABLE CONCURRENTLY shop.users",
            "SCHEMA CONCURRENTLY shop"})
    void rebuildsAndClearsWhatACrashLeft(String what) {
        String before = oid();
        try (PostgresTarget.Open writer = on.transaction("UPDATE shop.users SET name = 'w' WHERE id = 1")) {
            breakOff(() -> perform("REINDEX " + what), () -> exists("shop.users_name_ccnew"));
        }
        assertThat(leftovers()).isNotEqualTo("0");

        assertThat(perform("REINDEX " + what)).isInstanceOf(StepOutcome.Done.class);

        assertThat(valid("shop.users_name")).isTrue();
        assertThat(leftovers()).isEqualTo("0");
        assertThat(oid()).isNotEqualTo(before);
        assertLedger(Direction.FORWARD);
    }

    @Test
    void doesNotRebuildAgainWhatAnEarlierTryHadFinished() {
        String rebuild = "REINDEX INDEX CONCURRENTLY shop.users_name";
        try (PostgresTarget.Open other = on.transaction("LOCK TABLE rubicon.ledger IN EXCLUSIVE MODE")) {
            assertThat(perform(rebuild)).isInstanceOf(StepOutcome.Waiting.class);
        }
        String rebuilt = oid();

        assertThat(perform(rebuild)).isInstanceOf(StepOutcome.Done.class);

        assertThat(oid()).isEqualTo(rebuilt);
        assertLedger(Direction.FORWARD);
    }

    @Test
    void dropsTheOldIndexThatACrashAfterTheSwapLeft() {
        try (PostgresTarget.Open reader = on.transaction("LOCK TABLE shop.users IN ACCESS SHARE MODE")) {
            breakOff(() -> perform("REINDEX INDEX CONCURRENTLY shop.users_name"),
                    () -> exists("shop.users_name_ccold"));
        }
        String rebuilt = oid();

        assertThat(perform("REINDEX INDEX CONCURRENTLY shop.users_name")).isInstanceOf(StepOutcome.Done.class);

        assertThat(oid()).isEqualTo(rebuilt);
        assertThat(exists("shop.users_name_ccold")).isFalse();
        assertLedger(Direction.FORWARD);
    }

    @Test
    void namesTheInvalidIndexesThatAReindexOfTheTableLeavesOut() {
        on.database.run("CREATE INDEX broken ON shop.users (id)",
                "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'shop.broken'::regclass");

        assertThat(perform("REINDEX TABLE CONCURRENTLY shop.users")).isInstanceOfSatisfying(StepOutcome.Done.class,
                done -> assertThat(done.message()).contains("shop.broken"));
    }

    @Test
    void refusesAnIndexThatIsNotThere() {
        assertThat(perform("REINDEX INDEX CONCURRENTLY shop.nothing")).isInstanceOfSatisfying(
                StepOutcome.Failed.class, failed -> assertThat(failed.cause()).isEqualTo("index-missing"));
    }
}
