package dev.rubicon.faults;

import dev.rubicon.engine.Direction;
import dev.rubicon.execution.PhaseRunState;
import dev.rubicon.execution.StepState;
import dev.rubicon.rollout.RolloutState;
import dev.rubicon.testing.TestPostgres;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads a target and the events of a rollout, and says what contradicts itself: what was lost, done twice, done out of
 * order, or left behind. It calls nothing of the engine.
 */
final class Checker {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final TestPostgres.Database control;
    private final long rollout;
    private final TestPostgres.Database target;
    private final String targetName;
    private final List<String> wrong = new ArrayList<>();

    private Checker(TestPostgres.Database control, long rollout, Cluster.Target target) {
        this.control = control;
        this.rollout = rollout;
        this.target = target.database();
        this.targetName = target.name();
    }

    /** One effect on the target. */
    private record Effect(long id, String step, Direction direction, long run, long fence) {}

    /** One event of the rollout that tells a state. */
    private record Told(long seq, String type, JsonNode data) {
        String text(String field) {
            return data.path(field).asString("");
        }

        long run() {
            return data.path("run").asLong();
        }
    }

    /**
     * Everything that is wrong with a rollout on one of its targets after its end, a sentence each.
     *
     * @param steps the plan's steps in the order of the plan
     */
    static List<String> wrong(TestPostgres.Database control, long rollout, Cluster.Target target, List<String> steps) {
        Checker checker = new Checker(control, rollout, target);
        checker.ledger(steps);
        checker.leftovers();
        checker.events();
        checker.records();
        return checker.wrong;
    }

    private List<Effect> effects() {
        return target.jdbc()
                .sql("SELECT id, step, direction, run, fence FROM rubicon.ledger WHERE rollout = ? ORDER BY id")
                .param(rollout)
                .query((row, number) -> new Effect(row.getLong(1), row.getString(2),
                        Direction.valueOf(row.getString(3).toUpperCase(Locale.ROOT)), row.getLong(4), row.getLong(5)))
                .list();
    }

    /** A step is done, then perhaps undone, then perhaps done again; forward in the order of the plan, back in reverse. */
    private void ledger(List<String> steps) {
        Map<String, Direction> now = new HashMap<>();
        long fence = 0;
        @Nullable
        Effect before = null;
        for (Effect effect : effects()) {
            boolean undone = effect.direction == Direction.ROLLBACK;
            Direction state = now.put(effect.step, effect.direction);
            if (undone == (state == null || state == Direction.ROLLBACK)) {
                wrong.add("step %s: %s in the ledger after %s".formatted(effect.step, effect.direction, state));
            }
            if (before != null && before.run == effect.run && steps.indexOf(before.step) * (undone ? -1 : 1) > steps
                    .indexOf(effect.step) * (undone ? -1 : 1)) {
                wrong.add("step %s took effect after %s".formatted(effect.step, before.step));
            }
            if (effect.fence < fence) {
                wrong.add("step %s was written under fence %d after fence %d".formatted(effect.step, effect.fence,
                        fence));
            }
            fence = effect.fence;
            before = effect;
        }
    }

    private void leftovers() {
        none("invalid indexes", "SELECT count(*) FROM pg_index WHERE NOT (indisvalid AND indisready AND indislive)");
        none("sessions left behind", "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'rubicon run/%'"
                + " AND datname = current_database()");
        none("advisory locks left behind", "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
                + " WHERE l.locktype = 'advisory' AND a.application_name LIKE 'rubicon%'"
                + " AND a.datname = current_database()");
        none("prepared transactions", "SELECT count(*) FROM pg_prepared_xacts WHERE database = current_database()");
        none("cursors of backfills that ended", "SELECT count(*) FROM rubicon.backfill_cursor");
        none("intents of builds that ended", "SELECT count(*) FROM rubicon.index_intent");
    }

    private void none(String what, String count) {
        String found = target.value(count);
        if (!"0".equals(found)) {
            wrong.add(what + ": " + found);
        }
    }

    private List<Told> told() {
        return control.jdbc().sql("SELECT seq, type, data::text FROM rollout_event WHERE rollout = ? ORDER BY seq")
                .param(rollout).query((row, number) -> new Told(row.getLong(1), row.getString(2),
                        JSON.readTree(row.getString(3))))
                .list();
    }

    private void events() {
        Map<Long, PhaseRunState> runs = new HashMap<>();
        Map<String, StepState> steps = new HashMap<>();
        @Nullable
        RolloutState whole = null;
        for (Told event : told()) {
            switch (event.type) {
                case "rollout.state" -> {
                    RolloutState next = RolloutState.valueOf(event.text("state"));
                    if (whole != null && whole != next && !whole.leadsTo(next)) {
                        wrong.add("event %d: the rollout became %s from %s".formatted(event.seq, next, whole));
                    }
                    whole = next;
                }
                case "run.state" -> run(event, runs);
                case "step.state" -> step(event, runs, steps);
                default -> {} // tells of gates, decisions and progress
            }
        }
        finals(runs, steps);
    }

    private void run(Told event, Map<Long, PhaseRunState> runs) {
        if (!event.text("target").equals(targetName)) {
            return;
        }
        PhaseRunState next = PhaseRunState.valueOf(event.text("state"));
        PhaseRunState before = runs.put(event.run(), next);
        if (before == null ? next != PhaseRunState.QUEUED : !before.leadsTo(next)) {
            wrong.add("event %d: run %d became %s from %s".formatted(event.seq, event.run(), next, before));
        }
    }

    private void step(Told event, Map<Long, PhaseRunState> runs, Map<String, StepState> steps) {
        if (!event.text("target").equals(targetName) || event.text("step").isEmpty()) {
            return;
        }
        StepState next = StepState.valueOf(event.text("state"));
        StepState before = steps.put(event.run() + " " + event.text("step"), next);
        if (!after(before == null ? StepState.QUEUED : before).contains(next)) {
            wrong.add("event %d: step %s of run %d became %s from %s".formatted(event.seq, event.text("step"),
                    event.run(), next, before));
        }
        PhaseRunState run = runs.get(event.run());
        if (run == null || run.ended()) {
            wrong.add("event %d: step %s became %s in a run that is %s".formatted(event.seq, event.text("step"), next,
                    run));
        }
    }

    private static Set<StepState> after(StepState state) {
        return switch (state) {
            case QUEUED -> EnumSet.of(StepState.RUNNING, StepState.SKIPPED);
            case RUNNING -> EnumSet.of(StepState.RUNNING, StepState.VERIFYING, StepState.DONE, StepState.FAILED,
                    StepState.QUEUED, StepState.SKIPPED);
            case VERIFYING -> EnumSet.of(StepState.RUNNING, StepState.DONE, StepState.FAILED, StepState.QUEUED);
            case FAILED -> EnumSet.of(StepState.RUNNING, StepState.SKIPPED);
            case DONE, SKIPPED -> EnumSet.noneOf(StepState.class);
        };
    }

    /** What the events told last is what the rows say. */
    private void finals(Map<Long, PhaseRunState> runs, Map<String, StepState> steps) {
        control.jdbc().sql("SELECT id, state FROM phase_run WHERE rollout = ? AND target = ?").params(rollout,
                targetName).query((row, number) -> {
                    if (!row.getString(2).equals(String.valueOf(runs.get(row.getLong(1))))) {
                        wrong.add("run %d is %s, and its events end with %s".formatted(row.getLong(1), row.getString(2),
                                runs.get(row.getLong(1))));
                    }
                    return row.getLong(1);
                }).list();
        control.jdbc().sql("SELECT r.id, s.step, s.state FROM step_run s JOIN phase_run r ON r.id = s.phase_run"
                + " WHERE r.rollout = ? AND r.target = ?").params(rollout, targetName).query((row, number) -> {
                    StepState last = steps.getOrDefault(row.getLong(1) + " " + row.getString(2), StepState.QUEUED);
                    if (!row.getString(3).equals(last.name())) {
                        wrong.add("step %s of run %d is %s, and its events end with %s".formatted(row.getString(2),
                                row.getLong(1), row.getString(3), last));
                    }
                    return row.getLong(1);
                }).list();
    }

    /** What Rubicon says took effect is what the target says, and nothing is left open. */
    private void records() {
        List<String> said = control.jdbc().sql("""
                SELECT r.id || ' ' || s.step FROM step_run s JOIN phase_run r ON r.id = s.phase_run
                 WHERE r.rollout = ? AND r.target = ? AND s.state = 'DONE' ORDER BY 1
                """).params(rollout, targetName).query((row, number) -> row.getString(1)).list();
        List<String> seen = effects().stream().map(effect -> effect.run + " " + effect.step).sorted().toList();
        if (!said.stream().sorted().toList().equals(seen)) {
            wrong.add("Rubicon says that %s are done, the ledger of the target %s".formatted(said, seen));
        }
        String open = control.value("""
                SELECT count(*) FROM attempt a JOIN phase_run r ON r.id = a.phase_run
                 WHERE a.ended_at IS NULL AND r.ended_at IS NOT NULL AND r.rollout = %d AND r.target = '%s'
                """.formatted(rollout, targetName));
        if (!"0".equals(open)) {
            wrong.add("attempts left open: " + open);
        }
        String held = control.value("SELECT count(*) FROM target_hold h JOIN phase_run r ON r.id = h.phase_run"
                + " WHERE r.ended_at IS NOT NULL AND h.target = '" + targetName + "'");
        if (!"0".equals(held)) {
            wrong.add("the target is held by a run that has ended");
        }
    }
}
