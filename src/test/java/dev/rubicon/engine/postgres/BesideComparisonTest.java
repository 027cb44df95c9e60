package dev.rubicon.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.engine.Answer;
import dev.rubicon.engine.Comparison;
import dev.rubicon.engine.Direction;
import dev.rubicon.engine.Engine.Claim;
import dev.rubicon.engine.RecordingWatch;
import dev.rubicon.engine.StepOrder;
import dev.rubicon.engine.StepOutcome;
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
import org.junit.jupiter.params.provider.EnumSource;

/** What a backfill left that joins another table, or copies into one, compared with what it was to leave. */
class BesideComparisonTest {

    private static final int ROWS = 3_000;
    private static final Work.Backfill NAMES = joined("n.name",
            "n.user_id = users.id AND (users.display_name IS NULL AND n.name IS NOT NULL)", "names n");
    private static final Work.Backfill COPY = copied(
            "(shop, number) DO UPDATE SET note = excluded.note, total = excluded.total");

    private final PostgresTarget on = new PostgresTarget() {
    };
    private final RecordingWatch watch = new RecordingWatch();
    private TargetSession session;

    @BeforeEach
    void open() {
        session = on.engine().open(on.newTarget(), new Claim(7, "node-a"));
    }

    @AfterEach
    void close() {
        session.close();
    }

    /** One of ten users has no name; user 5 has two, user 6 one that is NULL. */
    private void users() {
        on.database.run("CREATE TABLE users (id int PRIMARY KEY, username text, display_name varchar(40))",
                "CREATE TABLE names (user_id int, name text)", "CREATE INDEX ON names (user_id)",
                "INSERT INTO users SELECT i, 'u' || i FROM generate_series(1, " + ROWS + ") i",
                "INSERT INTO names SELECT i, 'n' || i FROM generate_series(1, " + ROWS + ") i WHERE i % 10 <> 0",
                "INSERT INTO names VALUES (5, 'second')", "UPDATE names SET name = NULL WHERE user_id = 6",
                "ANALYZE users, names");
    }

    /** Orders of a key of a text and a number, with notes that are NULL and a generated total; two are there already. */
    private void orders() {
        on.database.run(
                """
                CREATE TABLE orders (shop text, number int, note text, price numeric(8, 3),
                                     total numeric GENERATED ALWAYS AS (price * 2) STORED, PRIMARY KEY (shop, number))""",
                """
                        CREATE TABLE archive (id int GENERATED ALWAYS AS IDENTITY, number int NOT NULL, shop text NOT NULL,
                                              note text, total numeric(8, 1),
                                              half numeric GENERATED ALWAYS AS (total / 2) STORED)""",
                "CREATE UNIQUE INDEX ON archive (shop, number)",
                "INSERT INTO orders SELECT 'shop ''' || i % 3, i, CASE WHEN i % 2 = 0 THEN 'n' || i END, i / 7.0 FROM generate_series(1, "
                        + ROWS + ") i",
                "INSERT INTO archive (shop, number, note, total) SELECT shop, number, 'old', 0 FROM orders WHERE number IN (40, 41)",
                "ANALYZE orders, archive");
    }

    private static Work.Backfill joined(String value, @Nullable String where, String from) {
        return new Work.Backfill("users", Map.of("display_name", value), where, from, false, null, null,
                BackfillVerify.FULL, null, 1);
    }

    private static Work.Backfill copied(@Nullable String onConflict) {
        return new Work.Backfill("orders", Map.of("shop", "shop", "number", "number", "note", "note", "total", "total"),
                null, null, false, "archive", onConflict, BackfillVerify.FULL, null, 1);
    }

    private static Work.Backfill sampled(Work.Backfill work) {
        return new Work.Backfill(work.table(), work.set(), work.where(), work.from(), false, work.into(),
                work.onConflict(), BackfillVerify.SAMPLED, null, 1);
    }

    private static StepOrder order(Work.Backfill work) {
        return new StepOrder("plan-a", 1, "sha256:plan", "a", Direction.FORWARD, work, 3, 7, 1, "sha256:" + work,
                "20260101000000_a", Duration.ofMillis(100), Duration.ofMillis(500), Duration.ofMinutes(1));
    }

    private void perform(Work.Backfill work) {
        assertThat(TestBackfills.perform(session, order(work), watch)).isInstanceOf(StepOutcome.Done.class);
    }

    private List<Comparison> compare(Work.Backfill work, boolean last) {
        StepOutcome outcome = TestBackfills.compare(session, order(work), last, watch);
        assertThat(outcome).isInstanceOf(StepOutcome.Done.class);
        return ((StepOutcome.Done) outcome).compared();
    }

    private Comparison where(Work.Backfill work, boolean last) {
        return compare(work, last).getFirst();
    }

    /** Of values, or of copies. */
    private Comparison rows(Work.Backfill work, boolean last) {
        return compare(work, last).stream().filter(one -> one.name().startsWith("rows ")).findFirst().orElseThrow();
    }

    private void holds(Comparison one, String... seen) {
        assertThat(one.seen()).contains(seen);
        assertThat(one.answer()).as(one.seen()).isEqualTo(Answer.HOLDS);
    }

    private void isInconclusive(Comparison one, String... seen) {
        assertThat(one.seen()).contains(seen);
        assertThat(one.answer()).as(one.seen()).isEqualTo(Answer.INCONCLUSIVE);
    }

    private void doesNotHold(Comparison one, String... seen) {
        assertThat(one.seen()).contains(seen);
        assertThat(one.answer()).as(one.seen()).isEqualTo(Answer.DOES_NOT_HOLD);
    }

    private void meddle(String table, String doing) {
        on.database.run("CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN " + doing
                + " RETURN NEW; END'",
                "CREATE TRIGGER meddle BEFORE INSERT OR UPDATE ON " + table
                        + " FOR EACH ROW EXECUTE FUNCTION meddle()");
    }

    /** Once, in the midst of the backfill. */
    private void meanwhile(String... statements) {
        AtomicInteger batches = new AtomicInteger();
        watch.beforeBatch = () -> {
            if (batches.incrementAndGet() == 2) {
                on.database.run(statements);
            }
        };
    }

    @Test
    void holdsWhereRowsHoldWhatOneOfTheRowsThatTheyJoinSays() {
        users();
        perform(NAMES);

        assertThat(compare(NAMES, false)).satisfiesExactly(where -> holds(where, "2,699 rows asked, none matches"),
                values -> holds(values, "2,699 rows with what they join compared", "none differs"));
    }

    @Test
    void asksASampleOfRowsThatJoinOthers() {
        users();
        perform(sampled(NAMES));

        assertThat(compare(sampled(NAMES), false)).satisfiesExactly(
                where -> holds(where, "No row of the whole table"),
                values -> holds(values, "rows with what they join looked at as a sample", "none differs"));
    }

    @Test
    void doesNotHoldWhereATriggerAltersWhatIsWrittenAndNobodyTouchedWhatIsJoined() {
        users();
        meddle("users", "IF NEW.id = 777 THEN NEW.display_name := ''nobody''; END IF;");
        perform(NAMES);

        doesNotHold(rows(NAMES, false), "1 row holds another value", "(777)", "nobody else wrote");
    }

    @Test
    void isInconclusiveWhereWhatIsJoinedWasWrittenSince() {
        users();
        meddle("users", "IF NEW.id = 777 THEN NEW.display_name := ''nobody''; END IF;");
        perform(NAMES);
        on.database.runCounted("UPDATE names SET name = 'other' WHERE user_id = 12");

        isInconclusive(rows(NAMES, false), "2 rows hold another value", "1 of them was written after",
                "or the rows they join since it began", "to what is joined since it began");
    }

    @Test
    void asksRowsThatJoinOthersAgainBeforeWhatCannotBeUndone() {
        users();
        perform(NAMES);
        on.database.run("INSERT INTO names VALUES (20, 'late')");

        isInconclusive(where(NAMES, false), "1 row of 2,700 matches it", "(20)");
        doesNotHold(where(NAMES, true), "(20)");
    }

    @Test
    void comparesACorrectionWithTheRecordThatItJoins() {
        users();
        on.database.run("CREATE TABLE was AS SELECT id, username AS before, 'x' || id AS after FROM users",
                "UPDATE users SET display_name = 'x' || id", "UPDATE users SET display_name = 'Ada' WHERE id = 12");
        Work.Backfill work = joined("r.before", "users.id = r.id AND users.display_name = r.after", "was AS r");
        perform(work);

        holds(rows(work, true), "3,000 rows with what they join compared, 1 holds another value since before");
        on.database.run("UPDATE users SET display_name = 'Eve' WHERE id = 13");
        isInconclusive(rows(work, true), "(13)");
    }

    @Test
    void saysWhyRowsThatJoinOthersCannotBeCompared() {
        users();
        on.database.run("CREATE TABLE was AS SELECT id, username AS before, 'x' || id AS after FROM users",
                "UPDATE users SET display_name = 'x' || id");
        Work.Backfill work = joined("r.before", "users.display_name = r.after", "was r");
        perform(work);

        assertThat(compare(work, false)).satisfiesExactly(where -> holds(where, "No row of the whole table"),
                values -> isInconclusive(values, "only columns that the backfill itself has changed"));
    }

    @Test
    void neverBlamesTheBackfillForWhatAQueryAnswers() {
        users();
        meddle("users", "IF NEW.id = 777 THEN NEW.display_name := ''nobody''; END IF;");
        Work.Backfill work = joined("q.top", "users.display_name IS NULL",
                "(SELECT max(name) AS top FROM names) AS q");
        perform(work);

        isInconclusive(rows(work, false), "1 row holds another value", "(777)");
    }

    @ParameterizedTest
    @EnumSource(value = BackfillVerify.class, names = {"FULL", "SAMPLED"})
    void holdsWhereEachRowHasItsCopy(BackfillVerify verify) {
        orders();
        Work.Backfill work = verify == BackfillVerify.FULL ? COPY : sampled(COPY);
        perform(work);

        assertThat(compare(work, false)).satisfiesExactly(
                one -> holds(one, verify == BackfillVerify.FULL ? "3,000 rows compared" : "looked at as a sample",
                        "none is missing, none differs"));
        assertThat(on.value("SELECT note FROM archive WHERE number = 40")).isEqualTo("n40");
    }

    @Test
    void keepsLinesWithinALiteralAsTheyAre() {
        orders();
        Work.Backfill work = new Work.Backfill("orders", Map.of("shop", "shop", "number", "number", "note",
                "'one\ntwo'"), null, null, false, "archive", "(shop, number) DO UPDATE SET note = excluded.note",
                BackfillVerify.FULL, null, 1);
        perform(work);

        assertThat(on.value("SELECT DISTINCT note FROM archive")).isEqualTo("one\ntwo");
        holds(rows(work, false), "none is missing, none differs");
    }

    @Test
    void leavesAloneWhatWasThereBeforeWhereThePlanDoes() {
        orders();
        Work.Backfill work = copied("DO NOTHING");
        perform(work);

        holds(rows(work, true), "3,000 rows compared; none is missing", "may hold other values");
    }

    @Test
    void doesNotHoldWhereATriggerTurnsRowsAway() {
        orders();
        meddle("archive", "IF NEW.number = 777 THEN RETURN NULL; END IF;");
        Work.Backfill work = copied("(shop, number) DO NOTHING");
        perform(work);

        doesNotHold(rows(work, false), "1 row is not there in archive", "nobody deleted any", "(shop '0, 777)");
    }

    @Test
    void doesNotHoldWhereATriggerAltersCopiesAndNobodyElseWroteThere() {
        orders();
        meddle("archive", "IF NEW.number = 777 THEN NEW.note := NULL; NEW.total := 1; END IF;");
        perform(COPY);

        doesNotHold(rows(COPY, false), "1 row has another copy in archive", "nobody else wrote there",
                "(shop '0, 777)");
        on.database.runCounted("UPDATE archive SET note = note WHERE number = 5");
        isInconclusive(rows(COPY, false), "1 row has another copy in archive", "others wrote there too");
    }

    @Test
    void isInconclusiveWhereCopiesWereDeletedOrChangedSince() {
        orders();
        perform(COPY);
        on.database.runCounted("DELETE FROM archive WHERE number = 8");
        on.database.runCounted("UPDATE archive SET note = NULL WHERE number = 10");

        isInconclusive(rows(COPY, true), "1 row is not there in archive: others may have deleted",
                "1 row has another copy in archive: the copies were written since", "(shop '");
    }

    @Test
    void asksRowsThatWereWrittenBehindTheCursorAgainBeforeWhatCannotBeUndone() {
        orders();
        meanwhile("UPDATE orders SET note = 'behind' WHERE number = 3", "INSERT INTO orders VALUES ('', 1, 'new', 1)");
        perform(COPY);

        isInconclusive(rows(COPY, false), "2 rows have no copy, or an older one, in archive: others",
                "asked again before the point of no return", "(, 1)");
        doesNotHold(rows(COPY, true), "what comes next would lose that");
        on.database.run("UPDATE archive SET note = 'behind' WHERE number = 3",
                "INSERT INTO archive (shop, number, note, total) VALUES ('', 1, 'new', 2)");
        holds(rows(COPY, true), "3,001 rows compared");
    }

    @Test
    void asksForCopiesOfTheRowsThatThePlanStillMisses() {
        orders();
        Work.Backfill work = new Work.Backfill("orders", COPY.set(), """
                number BETWEEN 10 AND 2900 AND NOT EXISTS (SELECT FROM archive a WHERE a.shop = orders.shop
                                                             AND a.number = orders.number)""", null, false, "archive",
                null, BackfillVerify.FULL, null, 1);
        perform(work);

        holds(rows(work, true), "2,891 rows compared; none is missing");
        on.database.run("INSERT INTO orders VALUES ('', 50, 'new', 1)");
        doesNotHold(rows(work, true), "1 row has no copy", "(, 50)");
    }

    @Test
    void saysWhichColumnsOfCopiesCannotBeCompared() {
        orders();
        Work.Backfill work = copied("(shop, number) DO UPDATE SET total = excluded.total");
        perform(work);

        assertThat(compare(work, false)).satisfiesExactly(one -> holds(one, "none differs"),
                rest -> isInconclusive(rest, "note: a row that was there already does not take it over"));
    }

    @Test
    void saysWhyCopiesCannotBeFound() {
        orders();
        on.database.run("DROP INDEX archive_shop_number_idx");
        Work.Backfill work = copied(null);
        perform(work);

        isInconclusive(rows(work, false), "no unique key of archive tells which row of it is whose copy");
    }

    @Test
    void countsRowsWhoseKeyIsNullApart() {
        orders();
        on.database.run("ALTER TABLE archive ADD COLUMN code text UNIQUE", "DROP INDEX archive_shop_number_idx");
        Work.Backfill work = new Work.Backfill("orders",
                Map.of("shop", "shop", "number", "number", "code", "note"), null, null, false, "archive",
                "(code) DO UPDATE SET shop = excluded.shop", BackfillVerify.FULL, null, 1);
        perform(work);

        isInconclusive(rows(work, false), "3,000 rows compared, 1,500 have NULL in the key that copies are found by",
                "none is missing");
    }

    @Test
    void bringsTheEvidenceOfAnEarlierVersionUpToDate() {
        orders();
        on.database.run("ALTER TABLE rubicon.backfill_evidence DROP COLUMN beside, DROP COLUMN beside_deleted");
        meddle("archive", "IF NEW.number = 777 THEN NEW.note := NULL; NEW.total := 1; END IF;");
        perform(COPY);
        isInconclusive(rows(COPY, false), "1 row has another copy");

        session.close();
        session = on.engine().open(on.access(on.database.user(), on.database.password()), new Claim(8, "node-a"));
        isInconclusive(rows(COPY, false), "1 row has another copy");
        assertThat(on.value("""
                SELECT count(*) FROM pg_attribute
                WHERE attrelid = 'rubicon.backfill_evidence'::regclass AND attname LIKE 'beside%'""")).isEqualTo("2");
    }
}
