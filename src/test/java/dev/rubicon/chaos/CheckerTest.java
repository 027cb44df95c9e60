package dev.rubicon.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.chaos.EventCheck.Event;
import dev.rubicon.chaos.PlannedStep.Fill;
import dev.rubicon.testing.TestPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** The checker sees each kind of damage, planted by hand into a crossing that was done by hand, and none where none is. */
class CheckerTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int ROWS = 50;
    private static final Instant BEGAN = Instant.ofEpochSecond(Instant.now().getEpochSecond() - 3600);

    private final RandomPlan plan = new RandomPlan("by-hand", "app", List.of(
            List.of(step(Strands.Kind.FILL, 1, 0), step(Strands.Kind.INDEX, 2, 0)),
            List.of(step(Strands.Kind.FILL, 1, 1), step(Strands.Kind.ROWS, 3, 0), step(Strands.Kind.SIGN, 4, 0))));
    private final Fill.Column fill = (Fill.Column) java.util.Objects.requireNonNull(plan.step("fill-1").fill());
    private final String table = fill.ground().table();
    private final List<Event> events = new ArrayList<>();

    private Connection target;
    private Map<String, String> before;

    /** Of the strand that a fixed seed draws, the step of this place; a fill's has no index of its own. */
    private static PlannedStep step(Strands.Kind kind, int number, int place) {
        return Strands.of(kind, new Random(5), number).stream()
                .filter(step -> kind == Strands.Kind.INDEX || !step.kind().startsWith("create index")).toList()
                .get(place);
    }

    @BeforeEach
    void crossByHand() throws SQLException {
        TestPostgres.Database database = TestPostgres.database();
        target = new Place(database.url(), database.user(), database.password()).connect("app");
        Place.run(target, World.statements(plan, ROWS).toArray(String[]::new));
        before = Inventory.of(target);
        Place.run(target, "CREATE SCHEMA rubicon", """
                CREATE TABLE rubicon.ledger (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, plan text, step text,
                    direction text, rollout bigint, run bigint, attempt int, fence bigint, rows bigint,
                    at timestamptz DEFAULT clock_timestamp())""",
                "CREATE TABLE rubicon.backfill_cursor (plan text, step text)",
                "CREATE TABLE rubicon.backfill_evidence (plan text, step text, direction text)");
        happens("rollout.state", Map.of("state", "RUNNING"));
        for (int phase = 0; phase < plan.phases().size(); phase++) {
            runPhase(phase);
        }
        happens("rollout.state", Map.of("state", "DONE"));
    }

    @AfterEach
    void close() throws SQLException {
        target.close();
    }

    private void runPhase(int phase) throws SQLException {
        run(phase, "QUEUED");
        run(phase, "RUNNING");
        for (PlannedStep step : plan.phases().get(phase)) {
            moves(phase, step.name(), "RUNNING");
            perform(phase, step);
            moves(phase, step.name(), "DONE");
        }
        run(phase, "DONE");
    }

    private void perform(int phase, PlannedStep step) throws SQLException {
        Place.run(target, "SET application_name = 'rubicon run/%d step/%s'".formatted(phase, step.name()));
        boolean fills = step.kind().equals("backfill");
        if (fills) {
            changeAll("true");
        } else {
            Place.run(target, String.valueOf(step.document().get("sql")));
        }
        Place.run(target, "SET application_name = 'app'");
        effect(step.name(), "forward", phase, phase + 1, fills ? ROWS : -1);
    }

    private void changeAll(String condition) throws SQLException {
        Place.run(target, "UPDATE %s SET %s = %s, touched = touched + 1 WHERE %s".formatted(table, fill.column(),
                fill.value(), condition));
    }

    private void effect(String step, String direction, int run, int fence, int rows) throws SQLException {
        Place.run(target, """
                INSERT INTO rubicon.ledger (plan, step, direction, rollout, run, attempt, fence, rows, at)
                VALUES ('by-hand', '%s', '%s', 1, %d, 1, %d, %d, to_timestamp(%d))""".formatted(step, direction, run,
                fence, rows, BEGAN.getEpochSecond() + events.size()));
    }

    private void run(int run, String state) {
        happens("run.state", Map.of("run", run, "phase", run, "target", "db", "direction", "forward", "state", state));
    }

    private void moves(int run, String step, String state) {
        happens("step.state", Map.of("run", run, "phase", run, "target", "db", "step", step, "state", state));
    }

    private void happens(String type, Map<String, Object> data) {
        long seq = events.size() + 1;
        events.add(new Event(seq, BEGAN.plusSeconds(seq), type, JSON.valueToTree(data)));
    }

    private List<String> wrong() throws SQLException {
        List<String> wrong = new ArrayList<>(TargetCheck.wrong(target, plan, before, Expected.done(plan)));
        wrong.addAll(EventCheck.wrong(plan, events, Map.of("db", LedgerLine.of(target, plan.name()))));
        return wrong;
    }

    private void assertSeen(String... parts) throws SQLException {
        List<String> wrong = wrong();
        for (String part : parts) {
            assertThat(wrong).anySatisfy(what -> assertThat(what).contains(part));
        }
    }

    private void damage(String... statements) throws SQLException {
        Place.run(target, statements);
    }

    @Test
    void findsNothingWhereNothingIs() throws SQLException {
        assertThat(wrong()).isEmpty();
    }

    @Test
    void seesABatchThatWasDoneTwice() throws SQLException {
        damage("SET application_name = 'rubicon run/1 step/fill-1'");
        changeAll("n = 0 AND old");
        damage("SET application_name = 'app'");
        assertSeen("changed row", "2 times");
    }

    @Test
    void seesABatchThatWasLost() throws SQLException {
        damage("SET session_replication_role = replica",
                "UPDATE %s SET %s = NULL, touched = 0 WHERE old".formatted(table, fill.column()),
                "DELETE FROM chaos.log WHERE key IN (SELECT %s FROM %s WHERE old)".formatted(fill.ground().keyText(),
                        table),
                "SET session_replication_role = origin");
        assertSeen("should have made of it", "did not change", "and the ledger says");
    }

    @Test
    void seesAStatementThatWasDoneTwice() throws SQLException {
        damage("UPDATE conf SET v = v || '+' WHERE id = 0");
        assertSeen("should have 1 signs");
    }

    @Test
    void seesRowsInsertedTwice() throws SQLException {
        damage("INSERT INTO conf SELECT * FROM conf WHERE id > 0");
        assertSeen("4 rows of step rows-3");
    }

    @Test
    void seesALostRowOfTheLedger() throws SQLException {
        damage("DELETE FROM rubicon.ledger WHERE step = 'index-2'");
        assertSeen("index made_2_idx is there and should not be", "took effect when", "its ledger has nothing of it");
    }

    @Test
    void seesAnEffectThatIsTwiceInTheLedger() throws SQLException {
        effect("index-2", "forward", 0, 2, -1);
        assertSeen("index-2 took effect twice");
    }

    @Test
    void seesEffectsInAnotherOrder() throws SQLException {
        damage("UPDATE rubicon.ledger SET step = 'x' WHERE step = 'rows-3'",
                "UPDATE rubicon.ledger SET step = 'rows-3' WHERE step = 'sign-4'",
                "UPDATE rubicon.ledger SET step = 'sign-4' WHERE step = 'x'");
        assertSeen("sign-4 took effect when");
    }

    @Test
    void seesAFenceThatFellBack() throws SQLException {
        damage("UPDATE rubicon.ledger SET fence = 9 WHERE step = 'add-1'");
        assertSeen("has fence 1, one before it had 9");
    }

    @Test
    void seesAnInvalidIndex() throws SQLException {
        damage("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'made_2_idx'::regclass");
        assertSeen("invalid indexes");
    }

    @Test
    void seesAnIndexOfAnotherDefinition() throws SQLException {
        damage("DROP INDEX made_2_idx", "CREATE INDEX made_2_idx ON %s (old)".formatted(fill.ground().table()));
        assertSeen("index made_2_idx is");
    }

    @Test
    void seesAColumnThatIsMissing() throws SQLException {
        damage("ALTER TABLE %s RENAME COLUMN junk TO other".formatted(table));
        assertSeen("column %s.junk is missing".formatted(table), "column %s.other is there".formatted(table));
    }

    @Test
    void seesARowThatWasLost() throws SQLException {
        damage("SET session_replication_role = replica", "DELETE FROM %s WHERE a = 'text 7'".formatted(table),
                "SET session_replication_role = origin");
        assertSeen("1 rows of %s lost".formatted(table));
    }

    @Test
    void seesARowThatRubiconDeleted() throws SQLException {
        damage("SET application_name = 'rubicon run/1 step/fill-1'",
                "DELETE FROM %s WHERE a = 'text 7'".formatted(table), "SET application_name = 'app'");
        assertSeen("deleted by a session that had no business");
    }

    @Test
    void seesAChangeOfTheApplicationThatWasLost() throws SQLException {
        damage("UPDATE %s SET n = n + 1 WHERE a = 'text 7'".formatted(table), "SET session_replication_role = replica",
                "UPDATE %s SET n = 0".formatted(table), "SET session_replication_role = origin");
        assertSeen("counters are not what the changes add up to");
    }

    @Test
    void seesWhatWasLeftBehind() throws SQLException {
        damage("INSERT INTO rubicon.backfill_cursor VALUES ('by-hand', 'fill-1')",
                "INSERT INTO rubicon.backfill_evidence VALUES ('by-hand', 'never-done', 'forward')",
                "SET application_name = 'rubicon run/1 lock'", "SELECT pg_advisory_lock(1)",
                "CREATE TEMPORARY TABLE forgotten ()");
        assertSeen("rows of rubicon.backfill_cursor", "evidence of backfills", "sessions", "advisory locks",
                "temporary objects");
    }

    @Test
    void seesAMissingEvent() throws SQLException {
        for (int gap = 0; gap < events.size(); gap++) {
            List<Event> all = List.copyOf(events);
            Event missing = events.remove(gap);
            assertThat(wrong()).as("without %s", missing).isNotEmpty();
            events.clear();
            events.addAll(all);
        }
    }

    @Test
    void seesEventsInAnotherOrder() throws SQLException {
        Collections.swap(events, 4, 5);
        assertSeen("came behind event");
    }

    @Test
    void seesAnEffectBehindACancel() throws SQLException {
        replaceStates(1, "DONE", "CANCELLED");
        damage("UPDATE rubicon.ledger SET at = now() WHERE step = 'sign-4'");
        assertSeen("sign-4 took effect on db after its run was");
    }

    @Test
    void seesARunThatNeverEnded() throws SQLException {
        events.removeIf(event -> event.text("state").equals("DONE") && event.data().path("run").asInt() == 1
                && event.type().equals("run.state"));
        assertSeen("run 1 of db never ended");
    }

    private void replaceStates(int run, String from, String to) {
        events.replaceAll(event -> event.type().equals("run.state") && event.data().path("run").asInt() == run
                && event.text("state").equals(from)
                        ? new Event(event.seq(), event.at(), event.type(), with(event, to))
                        : event);
    }

    private static tools.jackson.databind.JsonNode with(Event event, String state) {
        Map<String, Object> data = new java.util.HashMap<>();
        Consumer<String> copy = key -> data.put(key, event.text(key));
        List.of("target", "direction").forEach(copy);
        data.put("run", event.data().path("run").asInt());
        data.put("phase", event.data().path("phase").asInt());
        data.put("state", state);
        return JSON.valueToTree(data);
    }
}
