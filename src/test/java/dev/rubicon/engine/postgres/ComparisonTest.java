package dev.rubicon.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.engine.Answer;
import dev.rubicon.engine.Comparison;
import dev.rubicon.engine.Direction;
import dev.rubicon.engine.Engine.Claim;
import dev.rubicon.engine.RecordingWatch;
import dev.rubicon.engine.RowCount;
import dev.rubicon.engine.StepOrder;
import dev.rubicon.engine.StepOutcome;
import dev.rubicon.engine.StepWatch.Progress;
import dev.rubicon.engine.StepWatch.Signal;
import dev.rubicon.engine.TargetSession;
import dev.rubicon.execution.backfill.TestBackfills;
import dev.rubicon.plan.Work;
import dev.rubicon.plan.Work.BackfillVerify;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a backfill left, compared with what it was to leave. */
class ComparisonTest {

    private static final int ROWS = 30_000;
    private static final Work.Backfill NAMES = names(BackfillVerify.FULL);

    private final PostgresTarget on = new PostgresTarget() {
    };
    private final RecordingWatch watch = new RecordingWatch();
    private TargetSession session;

    @BeforeEach
    void open() {
        session = on.engine().open(on.newTarget(), new Claim(7, "node-a"));
        on.database.run("CREATE TABLE users (id int PRIMARY KEY, username text, display_name text, doc json)",
                "INSERT INTO users SELECT i, 'u' || i FROM generate_series(1, " + ROWS + ") i", "ANALYZE users");
    }

    @AfterEach
    void close() {
        session.close();
    }

    private static Work.Backfill names(BackfillVerify verify) {
        return set("display_name", "username", "display_name IS NULL", verify);
    }

    private static Work.Backfill set(String column, String value, @Nullable String where, BackfillVerify verify) {
        return new Work.Backfill("users", Map.of(column, value), where, null, false, null, null, verify, null, 1);
    }

    private static StepOrder order(Work.Backfill work) {
        return new StepOrder("plan-a", 1, "sha256:plan", "a", Direction.FORWARD, work, 3, 7, 1, "sha256:" + work,
                "20260101000000_a", Duration.ofMillis(100), Duration.ofMillis(500), Duration.ofMinutes(1))
                .countingRows();
    }

    private StepOutcome.Done perform(Work.Backfill work) {
        StepOutcome outcome = TestBackfills.perform(session, order(work), watch);
        assertThat(outcome).isInstanceOf(StepOutcome.Done.class);
        return (StepOutcome.Done) outcome;
    }

    private List<Comparison> compare(Work.Backfill work, boolean last) {
        StepOutcome outcome = TestBackfills.compare(session, order(work), last, watch);
        assertThat(outcome).isInstanceOf(StepOutcome.Done.class);
        assertThat(on.value("SELECT count(*) FROM rubicon.backfill_range")).isEqualTo("0");
        return ((StepOutcome.Done) outcome).compared();
    }

    private Comparison where(Work.Backfill work, boolean last) {
        return compare(work, last).stream().filter(one -> one.name().contains("where")).findFirst().orElseThrow();
    }

    private Comparison values(Work.Backfill work) {
        return compare(work, false).stream().filter(one -> one.name().startsWith("rows hold")).findFirst()
                .orElseThrow();
    }

    /** A trigger that undoes what is written into one row. */
    private void meddle() {
        on.database.run("CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS "
                + "'BEGIN IF NEW.id = 777 THEN NEW.display_name := ''nobody''; END IF; RETURN NEW; END'",
                "CREATE TRIGGER meddle BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION meddle()");
    }

    @ParameterizedTest
    @EnumSource(value = BackfillVerify.class, names = {"FULL", "SAMPLED"})
    void holdsWhereEveryRowIsWhatItShallBe(BackfillVerify verify) {
        Work.Backfill work = names(verify);
        perform(work);

        assertThat(compare(work, false)).extracting(Comparison::answer).containsExactly(Answer.HOLDS, Answer.HOLDS);
        long compared = Long.parseLong(on.value("SELECT compared FROM rubicon.backfill_evidence"));
        assertThat(compared).isBetween(verify == BackfillVerify.FULL ? ROWS : 5_000L,
                verify == BackfillVerify.FULL ? ROWS : ROWS - 1L);
        assertThat(watch.progress).extracting(Progress::phase).contains("verifying");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\n  -- no comment\n"})
    void keepsLinesWithinALiteralAsTheyAre(String between) {
        Work.Backfill work = set("display_name", "'one" + between + "two'", "display_name IS NULL",
                BackfillVerify.FULL);
        perform(work);

        assertThat(on.value("SELECT DISTINCT display_name FROM users")).isEqualTo("one" + between + "two");
        assertThat(compare(work, false)).extracting(Comparison::answer).containsExactly(Answer.HOLDS, Answer.HOLDS);
    }

    @Test
    void doesNotHoldWhereATriggerAltersWhatIsWrittenAndNobodyElseWrote() {
        meddle();
        perform(NAMES);

        assertThat(values(NAMES)).satisfies(one -> {
            assertThat(one.answer()).isEqualTo(Answer.DOES_NOT_HOLD);
            assertThat(one.seen()).contains("1 row holds another value", "(777)", "nobody else wrote");
        });
    }

    @Test
    void isInconclusiveWhereOthersWroteMeanwhile() {
        meddle();
        AtomicInteger batches = new AtomicInteger();
        watch.beforeBatch = () -> {
            if (batches.incrementAndGet() == 5) {
                on.database.run("UPDATE users SET username = username WHERE id = 5");
            }
        };
        perform(NAMES);

        assertThat(values(NAMES)).satisfies(one -> {
            assertThat(one.answer()).isEqualTo(Answer.INCONCLUSIVE);
            assertThat(one.seen()).contains("(777)", "Others wrote 1 row while it ran");
        });
    }

    @Test
    void isInconclusiveWhereTheApplicationHasWrittenAnotherValueSince() {
        perform(NAMES);
        on.database.run("UPDATE users SET display_name = 'Ada' WHERE id = 12");

        assertThat(values(NAMES)).satisfies(one -> {
            assertThat(one.answer()).isEqualTo(Answer.INCONCLUSIVE);
            assertThat(one.seen()).contains("(12)", "1 of them was written after the backfill");
        });
    }

    @Test
    void holdsThoughRowsThatWereNeverToBeChangedHoldAnotherValue() {
        on.database.run("UPDATE users SET display_name = 'Ada' WHERE id = 12");
        perform(NAMES);

        assertThat(values(NAMES)).satisfies(one -> {
            assertThat(one.answer()).isEqualTo(Answer.HOLDS);
            assertThat(one.seen()).contains("1 holds another value since before the backfill");
        });
    }

    @Test
    void asksTheRowsThatAreWrittenAfterTheSweepsAgainBeforeWhatCannotBeUndone() {
        perform(NAMES);
        assertThat(where(NAMES, false).answer()).isEqualTo(Answer.HOLDS);
        on.database.run("INSERT INTO users VALUES (70001, 'late')");

        assertThat(where(NAMES, false)).satisfies(one -> {
            assertThat(one.answer()).isEqualTo(Answer.INCONCLUSIVE);
            assertThat(one.seen()).contains("1 row of 30,001 matches it", "(70001)");
        });
        assertThat(where(NAMES, true).answer()).isEqualTo(Answer.DOES_NOT_HOLD);
        assertThat(where(names(BackfillVerify.SAMPLED), true).answer()).isEqualTo(Answer.DOES_NOT_HOLD);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            display_name | md5(random()::text)             | random() answers
            display_name | coalesce(display_name, 'x')     | display_name: its value reads column display_name
            display_name | (SELECT max(username) FROM users) | asks other rows
            doc          | to_json(username)               | no equality
            """)
    void saysWhatCannotBeCompared(String column, String value, String because) {
        Work.Backfill work = set(column, value, column + " IS NULL", BackfillVerify.FULL);
        perform(work);

        assertThat(compare(work, false)).satisfiesExactly(
                where -> assertThat(where.answer()).isEqualTo(Answer.HOLDS), values -> {
                    assertThat(values.answer()).isEqualTo(Answer.INCONCLUSIVE);
                    assertThat(values.seen()).contains("cannot be compared, because").contains(because);
                });
    }

    @Test
    void comparesTheColumnsThatCanBeCompared() {
        on.database.run("ALTER TABLE users ADD COLUMN n int NOT NULL DEFAULT 0");
        Work.Backfill work = new Work.Backfill("users", Map.of("display_name", "username", "n", "n + 1"),
                "display_name IS NULL", null, false, null, null, BackfillVerify.FULL, null, 1);
        perform(work);

        assertThat(compare(work, false)).extracting(Comparison::answer).containsExactly(Answer.HOLDS, Answer.HOLDS,
                Answer.INCONCLUSIVE);
        assertThat(values(work).seen()).contains("30,000 rows compared, none differs");
    }

    @Test
    void goesOnWhereItWasBrokenOff() {
        perform(NAMES);
        AtomicInteger batches = new AtomicInteger();
        watch.beforeBatch = () -> {
            if (batches.incrementAndGet() == 3) {
                watch.signal = () -> Signal.PAUSE;
            }
        };
        assertThat(TestBackfills.compare(session, order(NAMES), false, watch)).isInstanceOf(StepOutcome.Stopped.class);
        assertThat(Long.parseLong(on.value("SELECT sum(scanned) FROM rubicon.backfill_range"))).isBetween(1L,
                ROWS - 1L);
        watch.beforeBatch = () -> {};
        watch.signal = () -> Signal.GO_ON;

        assertThat(values(NAMES).answer()).isEqualTo(Answer.HOLDS);
        assertThat(on.value("SELECT compared FROM rubicon.backfill_evidence")).isEqualTo(String.valueOf(ROWS));
    }

    @Test
    void comparesAgainFromTheBeginningAfterAnotherRunOfTheBackfill() {
        perform(NAMES);
        watch.signal = () -> Signal.PAUSE;
        TestBackfills.compare(session, order(NAMES), false, watch);
        watch.signal = () -> Signal.GO_ON;
        on.database.run("DELETE FROM rubicon.ledger", "UPDATE users SET display_name = NULL WHERE id > 100");
        perform(NAMES);

        assertThat(values(NAMES).answer()).isEqualTo(Answer.HOLDS);
        assertThat(on.value("SELECT compared FROM rubicon.backfill_evidence")).isEqualTo(String.valueOf(ROWS));
    }

    @Test
    void passesByRowsWhoseComparisonIsRefused() {
        Work.Backfill work = set("display_name", "(100 / length(username))::text", "display_name IS NULL",
                BackfillVerify.FULL);
        perform(work);
        on.database.run("UPDATE users SET username = '' WHERE id = 4711");

        assertThat(values(work)).satisfies(one -> {
            assertThat(one.answer()).isEqualTo(Answer.INCONCLUSIVE);
            assertThat(one.seen()).contains("29,999 rows compared, 1 row could not be read");
        });
    }

    @Test
    void countsRowsAndWhatOthersDidToTheirNumber() {
        StepOutcome.Done done = perform(NAMES);
        on.database.runCounted("INSERT INTO users VALUES (70001, 'late')");
        on.database.runCounted("DELETE FROM users WHERE id < 3");

        RowCount count = session.rowCount(order(NAMES), done.rowCountChange(), watch);
        assertThat(count).isEqualTo(new RowCount(0, (long) ROWS, ROWS - 1L, 1L, 2L));
    }

    @Test
    void knowsRowsThatGoByATriggerAsItsOwnDoingEvenAfterACrash() {
        on.database.run("CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS "
                + "'BEGIN IF NEW.id = 777 THEN DELETE FROM users WHERE id = 778; END IF; RETURN NULL; END'",
                "CREATE TRIGGER lose AFTER UPDATE ON users FOR EACH ROW EXECUTE FUNCTION lose()");

        assertThat(perform(NAMES).rowCountChange()).isEqualTo(-1);
        // as a worker that died between the step's commit and its verification finds it
        assertThat(perform(NAMES)).satisfies(again -> {
            assertThat(again.before()).isTrue();
            assertThat(again.rowCountChange()).isEqualTo(-1);
        });
    }

    @Test
    void bringsALedgerOfAnEarlierVersionUpToDate() {
        on.database.run("ALTER TABLE rubicon.ledger DROP COLUMN row_change", "DROP TABLE rubicon.backfill_evidence");
        session.close();
        session = on.engine().open(on.access(on.database.user(), on.database.password()), new Claim(8, "node-a"));
        Work.Backfill delete = new Work.Backfill("users", Map.of(), "id > 29000", null, true, null, null,
                BackfillVerify.FULL, null, 1);

        assertThat(perform(delete).rowCountChange()).isEqualTo(-1000);
        assertThat(perform(delete).rowCountChange()).isEqualTo(-1000);
        assertThat(compare(delete, true)).extracting(Comparison::answer).containsExactly(Answer.HOLDS);
    }
}
