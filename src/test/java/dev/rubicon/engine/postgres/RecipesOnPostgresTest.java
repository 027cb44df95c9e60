package dev.rubicon.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.analysis.recipes.Answered;
import dev.rubicon.analysis.recipes.Recipes;
import dev.rubicon.engine.Direction;
import dev.rubicon.engine.Engine.Claim;
import dev.rubicon.engine.Engines;
import dev.rubicon.engine.RecordingWatch;
import dev.rubicon.engine.StepOrder;
import dev.rubicon.engine.StepOutcome;
import dev.rubicon.engine.TargetSession;
import dev.rubicon.execution.backfill.TestBackfills;
import dev.rubicon.plan.PlanReader;
import dev.rubicon.plan.Rollback;
import dev.rubicon.plan.Step;
import dev.rubicon.plan.Verification;
import dev.rubicon.plan.Work;
import dev.rubicon.registry.TargetAccess;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every plan that a recipe writes, on a real server: up to the river, back, up again and over to the end. */
class RecipesOnPostgresTest {

    private static final PlanReader READER = PlanReader.standalone();

    private final PostgresTarget on = new PostgresTarget() {
    };
    private long run = 7;
    private final RecordingWatch watch = new RecordingWatch();

    static List<Answered> answered() {
        return Answered.all();
    }

    @ParameterizedTest
    @MethodSource("answered")
    void goesUpBackAndUpAgain(Answered answered) {
        on.database.run(answered.schema().toArray(String[]::new));
        String plan = new Recipes(Engines.standalone()).write(answered.recipe(), answered.answers());
        List<Step> steps = READER.read(plan, "application/yaml").document().steps().toList();
        List<Step> safe = steps.stream().takeWhile(step -> !step.pointOfNoReturn()).toList();
        try (TargetSession session = on.engine().open(on.newTarget(), new Claim(run, "node-a"))) {
            String before = schema();
            safe.forEach(step -> up(session, step));
            assertThat(schema()).as("going up changes something").matches(
                    after -> !after.equals(before) || answered.recipe().equals("drop-column"));
            safe.reversed().forEach(step -> back(session, step));
            boolean corrected = safe.stream().anyMatch(step -> step.rollback().way() instanceof Rollback.Forward);
            if (corrected) {
                assertThat(schema()).contains("IS NOT NULL)) NOT VALID");
            } else {
                assertThat(schema()).isEqualTo(before);
            }
        }
        run = 8;
        TargetAccess again = on.access(on.database.user(), on.database.password());
        try (TargetSession session = on.engine().open(again, new Claim(run, "node-a"))) {
            steps.forEach(step -> up(session, step));
        }
    }

    @Test
    void findsWhatARecipeWouldTakeAwayUnseen() {
        on.database.run("CREATE TABLE users (id int PRIMARY KEY, username text DEFAULT 'nobody', email text, "
                + "plain text DEFAULT 'x', shout text GENERATED ALWAYS AS (upper(email)) STORED)",
                "CREATE VIEW everybody AS SELECT id FROM users");

        assertThat(refused("rename-column", Map.of("column", "username", "newColumn", "name", "type", "text")))
                .containsExactly("old column has no default");
        assertThat(refused("rename-column", Map.of("column", "email", "newColumn", "mail", "type", "text")))
                .singleElement().asString().startsWith("no index, constraint, view, trigger or generated column");
        assertThat(refused("drop-column", Map.of("column", "plain"))).isEmpty();
        assertThat(refused("drop-table", Map.of())).containsExactly("no view reads it");
    }

    /** The names of the checks before the first step that do not hold. */
    private List<String> refused(String recipe, Map<String, String> answers) {
        Map<String, String> all = new HashMap<>(answers);
        all.putAll(Map.of("table", "users", "application", "shop", "version", "2.5.0"));
        String plan = new Recipes(Engines.standalone()).write(recipe, all);
        return READER.read(plan, "application/yaml").document().steps().findFirst().orElseThrow().before().stream()
                .filter(Verification.Query.class::isInstance).map(Verification.Query.class::cast)
                .filter(query -> !Objects.equals(((Verification.Value) query.expected()).text(),
                        on.value(query.sql())))
                .map(Verification.Query::name).toList();
    }

    private void up(TargetSession session, Step step) {
        assertThat(step.before()).as("before " + step.name()).allSatisfy(this::holds);
        if (!(step.work() instanceof Work.Check)) {
            assertThat(perform(session, step, step.work(), Direction.FORWARD)).as(step.name())
                    .isInstanceOf(StepOutcome.Done.class);
        }
        assertThat(step.verify()).as("after " + step.name()).allSatisfy(this::holds);
    }

    private void back(TargetSession session, Step step) {
        Work way = switch (step.rollback().way()) {
            case Rollback.Reverse reverse -> reverse.sql();
            case Rollback.Forward forward -> forward.work();
            case Rollback.Nothing nothing -> new Work.Check();
            case Rollback.Impossible impossible -> throw new AssertionError(step.name() + " has no way back");
        };
        assertThat(perform(session, step, way, Direction.ROLLBACK)).as("back over " + step.name())
                .isInstanceOf(StepOutcome.Done.class);
    }

    private StepOutcome perform(TargetSession session, Step step, Work work, Direction direction) {
        StepOrder order = new StepOrder("recipe", 1, "sha256:plan", step.name(), direction, work, 3, run, 1,
                "sha256:" + work, "20260101000000_" + step.name(), Duration.ofMillis(100), Duration.ofMillis(500),
                Duration.ofMinutes(1));
        return work instanceof Work.Backfill
                ? TestBackfills.perform(session, order, watch)
                : session.perform(order, watch);
    }

    private void holds(Verification verification) {
        if (verification instanceof Verification.Query query) {
            assertThat(on.value(query.sql())).as(verification.name())
                    .isEqualTo(((Verification.Value) query.expected()).text());
        }
    }

    /** Columns, constraints, indexes and triggers, in the server's own words. */
    private String schema() {
        return Objects.toString(on.value("""
                SELECT string_agg(line, E'\\n' ORDER BY line) FROM (
                    SELECT attrelid::regclass || ' ' || attname || ' ' || format_type(atttypid, atttypmod) || ' '
                           || attnotnull AS line
                      FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
                     WHERE attnum > 0 AND NOT attisdropped AND relkind = 'r'
                       AND relnamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema', 'rubicon')
                    UNION ALL
                    SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
                      FROM pg_constraint
                     WHERE connamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema', 'rubicon')
                    UNION ALL
                    SELECT pg_get_indexdef(indexrelid)
                      FROM pg_index JOIN pg_class c ON c.oid = indexrelid
                     WHERE relnamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema', 'rubicon',
                                                                 'pg_toast')
                    UNION ALL
                    SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal AND tgname LIKE 'zz_rubicon%'
                ) AS everything"""));
    }
}
