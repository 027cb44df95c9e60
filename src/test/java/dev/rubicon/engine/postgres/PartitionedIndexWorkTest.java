package dev.rubicon.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rubicon.engine.Direction;
import dev.rubicon.engine.StepOutcome;
import dev.rubicon.engine.StepWatch.Signal;
import dev.rubicon.plan.Work;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PartitionedIndexWorkTest extends ConcurrentWork {

    private static final Work.PartitionedIndex INDEX = index("events_at", false, null, "at DESC", "lower(kind)");

    @BeforeEach
    void makeTable() {
        on.database.run("CREATE TABLE events (id int NOT NULL, at date NOT NULL, kind text) PARTITION BY RANGE (at)",
                "CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2026-02-01')",
                "CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM ('2026-02-01') TO ('2026-03-01') "
                        + "PARTITION BY LIST (kind)",
                "CREATE TABLE events_2_a PARTITION OF events_2 FOR VALUES IN ('a')",
                "CREATE TABLE events_2_b PARTITION OF events_2 DEFAULT",
                "CREATE SCHEMA old", "CREATE TABLE old.events_3 PARTITION OF events "
                        + "FOR VALUES FROM ('2026-03-01') TO ('2026-04-01')",
                "INSERT INTO events SELECT i, date '2026-01-01' + i, chr(97 + i % 3) FROM generate_series(0, 80) i");
    }

    private static Work.PartitionedIndex index(String name, boolean unique, @Nullable String where,
            String... columns) {
        return new Work.PartitionedIndex("events", name, List.of(columns), unique, where);
    }

    private StepOutcome build() {
        return build(INDEX);
    }

    private StepOutcome build(Work.PartitionedIndex index) {
        return perform(index, Direction.FORWARD, Duration.ofMinutes(1));
    }

    private void assertBuilt() {
        assertThat(on.value("SELECT count(*) || ' ' || bool_and(indisvalid) FROM pg_partition_tree('events_at') "
                + "JOIN pg_index ON indexrelid = relid")).isEqualTo("6 true");
        assertThat(on.value("SELECT count(*) FROM pg_index WHERE NOT indisvalid")).isEqualTo("0");
        assertThat(on.value("SELECT count(*) FROM pg_class WHERE relkind IN ('i', 'I') AND relname LIKE '%events%'"))
                .as("no index besides").isEqualTo("6");
        assertLedger(Direction.FORWARD);
    }

    private static void assertFailed(StepOutcome outcome, String cause, String... told) {
        assertThat(outcome).isInstanceOfSatisfying(StepOutcome.Failed.class, failed -> {
            assertThat(failed.cause()).isEqualTo(cause);
            assertThat(List.of(told)).allSatisfy(each -> assertThat(failed.message()).contains(each));
        });
    }

    @Test
    void buildsOverAllPartitionsAtEachDepth() {
        assertThat(build()).isInstanceOfSatisfying(StepOutcome.Done.class,
                done -> assertThat(done.before()).isFalse());

        assertBuilt();
        assertThat(exists("old.events_3_events_at")).isTrue();
        assertThat(build()).isInstanceOfSatisfying(StepOutcome.Done.class,
                done -> assertThat(done.before()).isTrue());
    }

    @Test
    void goesOnWhereACrashInABuildBrokeOff() {
        try (PostgresTarget.Open writer = on.transaction("UPDATE events_2_b SET id = 0")) {
            breakOff(this::build, () -> exists("events_2_b_events_at"));
        }
        String first = on.value("SELECT 'events_1_events_at'::regclass::oid");
        assertThat(valid("events_2_b_events_at")).isFalse();

        assertThat(build()).isInstanceOf(StepOutcome.Done.class);

        assertBuilt();
        assertThat(on.value("SELECT 'events_1_events_at'::regclass::oid")).as("built once").isEqualTo(first);
    }

    @Test
    void attachesWhatACrashLeftBuilt() {
        on.database.run("CREATE INDEX old_events_name ON events_1 (at DESC, lower(kind)) WITH (fillfactor = 80)",
                "CREATE INDEX events_2_a_events_at ON events_2_a (at DESC, lower(kind))");
        String first = on.value("SELECT 'old_events_name'::regclass::oid");

        assertThat(build()).isInstanceOfSatisfying(StepOutcome.Done.class,
                done -> assertThat(done.message()).contains("old_events_name").doesNotContain("events_2_a"));

        assertThat(on.value("SELECT inhparent::regclass FROM pg_inherits WHERE inhrelid = " + first))
                .isEqualTo("events_at");
        assertBuilt();
    }

    @Test
    void recordsTheIndexThatACrashedTryHadFinished() {
        try (PostgresTarget.Open other = on.transaction("LOCK TABLE rubicon.ledger IN EXCLUSIVE MODE")) {
            assertThat(build()).isInstanceOf(StepOutcome.Waiting.class);
        }
        assertThat(session.ledger("plan-a")).isEmpty();

        assertThat(build()).isInstanceOfSatisfying(StepOutcome.Done.class,
                done -> assertThat(done.before()).isFalse());
        assertBuilt();
    }

    @Test
    void skipsAnIndexThatWasThereBefore() {
        on.database.run("CREATE INDEX events_at ON events (at DESC, lower(kind))");
        assertThat(build()).isInstanceOfSatisfying(StepOutcome.Done.class,
                done -> assertThat(done.before()).isTrue());
        assertLedger(Direction.SKIP);
    }

    @Test
    void refusesAnIndexOfThatNameWithAnotherDefinition() {
        on.database.run("CREATE INDEX events_at ON events (at)");

        assertFailed(build(), "other-definition", "lower(kind)", "btree (at)");
    }

    @Test
    void finishesWhatAnotherToolBeganOnTheParent() {
        on.database.run("CREATE INDEX events_at ON ONLY events (at DESC, lower(kind))");

        assertThat(build()).isInstanceOf(StepOutcome.Done.class);
        assertBuilt();
    }

    @Test
    void indexesAPartitionThatComesMeanwhile() {
        try (PostgresTarget.Open writer = on.transaction("UPDATE events_1 SET id = 0")) {
            CompletableFuture<StepOutcome> running = on.meanwhile(this::build);
            await().until(() -> exists("events_1_events_at"));
            on.database.run("CREATE TABLE events_4 (LIKE events)",
                    "ALTER TABLE events ATTACH PARTITION events_4 FOR VALUES FROM ('2026-04-01') TO ('2026-05-01')");
            writer.close();
            assertThat(running.join()).isInstanceOf(StepOutcome.Done.class);
        }
        assertThat(valid("events_at")).isTrue();
        assertThat(on.value("SELECT count(*) FROM pg_partition_tree('events_at')")).isEqualTo("7");
    }

    @Test
    void pausesBetweenTwoPartitionsAndGoesOn() {
        watch.signal = () -> exists("events_1_events_at") ? Signal.PAUSE : Signal.GO_ON;
        assertThat(build()).isInstanceOfSatisfying(StepOutcome.Stopped.class,
                stopped -> assertThat(stopped.observed()).contains("1 of 4 partitions"));
        assertThat(valid("events_1_events_at")).isTrue();

        watch.signal = () -> Signal.GO_ON;
        assertThat(build()).isInstanceOf(StepOutcome.Done.class);
        assertBuilt();
    }

    @Test
    void clearsAwayTheUnfinishedPartOfACancelledBuild() {
        CompletableFuture<StepOutcome> running;
        try (PostgresTarget.Open reader = on.transaction("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; SELECT 1")) {
            running = on.meanwhile(this::build);
            await().until(() -> exists("events_1_events_at"));
            watch.signal = () -> Signal.CANCEL;
            assertThat(running.join()).isInstanceOfSatisfying(StepOutcome.Stopped.class,
                    stopped -> assertThat(stopped.observed()).contains("0 of 4").contains("DROP INDEX"));
        }
        assertThat(exists("events_1_events_at")).isFalse();
        assertThat(session.ledger("plan-a")).isEmpty();
    }

    @Test
    void tellsWhichPartitionItIsAtAndWhomItWaitsFor() {
        try (PostgresTarget.Open writer = on.transaction("UPDATE events_2_a SET id = 0")) {
            CompletableFuture<StepOutcome> running = on.meanwhile(this::build);
            await().until(() -> !watch.waits.isEmpty() && !watch.progress.isEmpty());
            writer.close();
            running.join();
        }
        assertThat(watch.progress).anySatisfy(progress -> assertThat(progress.phase())
                .startsWith("partition 2 of 4, events_2_a: waiting for writers"));
        assertThat(watch.waits.getFirst().getFirst().application()).isEqualTo("the-shop");
    }

    @Test
    void buildsUniqueAndPartialIndexes() {
        assertFailed(build(index("events_at", true, null, "id")), "statement-failed", "partition");

        assertThat(build(index("events_at", true, "id > 0 -- most", "id", "at", "kind")))
                .isInstanceOf(StepOutcome.Done.class);
        assertBuilt();
        assertThat(on.value("SELECT pg_get_indexdef('events_2_a_events_at'::regclass)")).contains("UNIQUE")
                .contains("WHERE (id > 0)");
    }

    @Test
    void leavesNoInvalidPartWhereDuplicatesForbidAUniqueIndex() {
        on.database.run("INSERT INTO events_2_b SELECT * FROM events_2_b");

        assertFailed(build(index("events_at", true, null, "id", "at", "kind")), "statement-failed", "events_2_b",
                "2 of 4 partitions");
        assertThat(exists("events_2_b_events_at")).isFalse();
    }

    @Test
    void refusesForeignPartitionsPlainTablesAndWhatIsNoIndexElement() {
        assertFailed(build(index("events_at", false, null, "at) WHERE (true")), "index-refused", "columns");
        assertFailed(build(index("shop.events_at", false, null, "at")), "index-refused", "name");
        assertFailed(build(new Work.PartitionedIndex("events_1", "i", List.of("at"), false, null)),
                "not-partitioned");

        on.database.run("CREATE EXTENSION IF NOT EXISTS file_fdw", "CREATE SERVER files FOREIGN DATA WRAPPER file_fdw",
                "CREATE FOREIGN TABLE events_far PARTITION OF events FOR VALUES FROM ('2020-01-01') TO ('2020-02-01') "
                        + "SERVER files OPTIONS (filename '/dev/null')");
        assertFailed(build(), "foreign-partition", "events_far");
        assertThat(exists("events_at")).isFalse();
    }

    @Test
    void givesLongNamesAnEndThatTellsThemApart() {
        String long1 = "e".repeat(60) + "_1";
        assertThat(PartName.of(long1, "events_at")).hasSize(63).startsWith("eeee")
                .isEqualTo(PartName.of(long1, "events_at"))
                .isNotEqualTo(PartName.of("e".repeat(60) + "_2", "events_at"));
        assertThat(PartName.of("é".repeat(31), "i")).doesNotContain("\uFFFD");
        assertThat(PartName.of("events_1", "events_at")).isEqualTo("events_1_events_at");
    }
}
