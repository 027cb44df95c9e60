package dev.rubicon.chaos;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads the events of a rollout and says what is wrong with them. Which state may follow which is written down here once
 * more, from the design, so that a mistake in the product's own table is seen.
 */
final class EventCheck {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static final Map<String, Set<String>> RUN = Map.of(
            "", Set.of("QUEUED"),
            "QUEUED", Set.of("RUNNING", "PAUSED", "CANCELLED"),
            "RUNNING", Set.of("WAITING", "PAUSING", "CANCELLING", "FAILED", "DONE", "ROLLED_BACK"),
            "WAITING", Set.of("RUNNING", "PAUSING", "CANCELLING"),
            "PAUSING", Set.of("PAUSED", "CANCELLING", "FAILED", "DONE", "ROLLED_BACK"),
            "PAUSED", Set.of("QUEUED", "CANCELLED"),
            "CANCELLING", Set.of("CANCELLED", "FAILED", "DONE", "ROLLED_BACK"),
            "FAILED", Set.of("QUEUED", "CANCELLED"));

    private static final Map<String, Set<String>> ROLLOUT = Map.ofEntries(
            Map.entry("WAITING", Set.of("RUNNING", "PAUSED", "CANCELLING", "CANCELLED", "ROLLING_BACK", "DONE",
                    "FAILED")),
            Map.entry("RUNNING", Set.of("WAITING", "PAUSING", "FAILED", "CANCELLING", "DONE")),
            Map.entry("PAUSING", Set.of("PAUSED", "CANCELLING")),
            Map.entry("PAUSED", Set.of("WAITING", "RUNNING", "CANCELLING", "CANCELLED", "ROLLING_BACK")),
            Map.entry("FAILED", Set.of("RUNNING", "CANCELLING", "CANCELLED", "ROLLING_BACK")),
            Map.entry("CANCELLING", Set.of("CANCELLED", "ROLLING_BACK")),
            Map.entry("CANCELLED", Set.of("ROLLING_BACK")),
            Map.entry("ROLLING_BACK", Set.of("ROLLED_BACK", "ROLLBACK_FAILED")),
            Map.entry("ROLLBACK_FAILED", Set.of("ROLLING_BACK")),
            Map.entry("ROLLED_BACK", Set.of("ROLLING_BACK")),
            Map.entry("DONE", Set.of("ROLLING_BACK")));

    private static final Set<String> AT_WORK = Set.of("RUNNING", "PAUSING", "CANCELLING", "ROLLING_BACK");
    private static final Set<String> ENDED = Set.of("DONE", "ROLLED_BACK", "CANCELLED");
    private static final Set<String> BEHIND = Set.of("DONE", "SKIPPED");

    private final RandomPlan plan;
    private final List<String> wrong = new ArrayList<>();
    private final Map<Long, Run> runs = new HashMap<>();
    private String rollout = "WAITING";

    private EventCheck(RandomPlan plan) {
        this.plan = plan;
    }

    /** One event as its row has it. */
    record Event(long seq, Instant at, String type, JsonNode data) {

        String text(String field) {
            return data.path(field).asString("");
        }
    }

    /** What was told of one run so far. */
    private static final class Run {
        private final String target;
        private final String direction;
        private final int phase;
        private String state = "";
        private Instant since = Instant.EPOCH;
        private final Map<String, String> steps = new HashMap<>();
        private final Map<String, Instant> begun = new HashMap<>();

        Run(Event first) {
            this.target = first.text("target");
            this.direction = first.text("direction");
            this.phase = first.data().path("phase").asInt();
        }
    }

    static List<Event> read(Connection control, long rollout) throws SQLException {
        return Place.rows(control, """
                SELECT seq, (extract(epoch FROM at) * 1000)::bigint, type, data::text FROM rollout_event
                WHERE rollout = ? ORDER BY seq""", rollout).stream()
                .map(row -> new Event(Long.parseLong(row.get(0)), Instant.ofEpochMilli(Long.parseLong(row.get(1))),
                        row.get(2), JSON.readTree(row.get(3))))
                .toList();
    }

    /**
     * Everything that is wrong, a sentence each.
     *
     * @param ledgers of the rollout's targets, by name, with the lines of this plan
     */
    static List<String> wrong(RandomPlan plan, List<Event> events, Map<String, List<LedgerLine>> ledgers) {
        EventCheck check = new EventCheck(plan);
        Instant before = Instant.EPOCH;
        long seq = 0;
        for (Event event : events) {
            if (event.seq() <= seq) {
                check.wrong.add("event %d came behind event %d".formatted(event.seq(), seq));
            }
            if (event.at().isBefore(before)) {
                check.wrong.add("event %d is of %s, one before it of %s".formatted(event.seq(), event.at(), before));
            }
            seq = event.seq();
            before = event.at();
            check.take(event);
        }
        check.end();
        ledgers.forEach(check::compare);
        return check.wrong;
    }

    private void take(Event event) {
        switch (event.type()) {
            case "rollout.state" -> {
                String next = event.text("state");
                if (!ROLLOUT.getOrDefault(rollout, Set.of()).contains(next)) {
                    wrong.add("event %d: the rollout became %s from %s".formatted(event.seq(), next, rollout));
                }
                rollout = next;
            }
            case "run.state" -> run(event);
            case "step.state" -> step(event);
            default -> {} // tells of gates, decisions, verbs and progress
        }
    }

    private void run(Event event) {
        Run run = runs.computeIfAbsent(event.data().path("run").asLong(), number -> new Run(event));
        String next = event.text("state");
        if (!RUN.getOrDefault(run.state, Set.of()).contains(next)) {
            wrong.add("event %d: run %s became %s from '%s'".formatted(event.seq(), event.data().path("run"), next,
                    run.state));
        }
        String success = run.direction.equals("forward") ? "DONE" : "ROLLED_BACK";
        if (next.equals("DONE") || next.equals("ROLLED_BACK")) {
            List<String> open = order(run).stream().filter(step -> !BEHIND.contains(run.steps.getOrDefault(step, "")))
                    .toList();
            if (!next.equals(success) || !open.isEmpty()) {
                wrong.add(
                        "event %d: a run %s became %s with %s open".formatted(event.seq(), run.direction, next, open));
            }
        }
        if (next.equals("RUNNING") && !AT_WORK.contains(rollout)) {
            wrong.add("event %d: a run began when the rollout was %s".formatted(event.seq(), rollout));
        }
        run.state = next;
        run.since = event.at();
    }

    private void step(Event event) {
        String step = event.text("step");
        Run run = runs.get(event.data().path("run").asLong());
        if (run == null) {
            wrong.add("event %d: step %s moved in a run that nobody told of".formatted(event.seq(), step));
            return;
        }
        if (ENDED.contains(run.state)) {
            wrong.add("event %d: step %s became %s in a run that was %s".formatted(event.seq(), step,
                    event.text("state"), run.state));
        }
        if (step.isEmpty()) {
            return;
        }
        List<String> order = order(run);
        if (event.text("state").equals("RUNNING")) {
            run.begun.putIfAbsent(step, event.at());
        }
        List<String> open = order.stream().limit(Math.max(0, order.indexOf(step)))
                .filter(one -> !BEHIND.contains(run.steps.getOrDefault(one, ""))).toList();
        if (!order.contains(step) || !event.text("state").equals("QUEUED") && !open.isEmpty()) {
            wrong.add("event %d: step %s became %s while %s were open before it".formatted(event.seq(), step,
                    event.text("state"), open));
        }
        if (BEHIND.contains(run.steps.getOrDefault(step, ""))) {
            wrong.add("event %d: step %s became %s after it was %s".formatted(event.seq(), step, event.text("state"),
                    run.steps.get(step)));
        }
        run.steps.put(step, event.text("state"));
    }

    private List<String> order(Run run) {
        List<String> steps = plan.phases().get(run.phase).stream().map(PlannedStep::name).toList();
        return run.direction.equals("forward") ? steps : steps.reversed();
    }

    private void end() {
        if (!ENDED.contains(rollout)) {
            wrong.add("the rollout never ended: " + rollout);
        }
        runs.forEach((number, run) -> {
            if (!ENDED.contains(run.state)) {
                wrong.add("run %d of %s never ended: %s".formatted(number, run.target, run.state));
            }
        });
    }

    /** What cannot be taken back half done is finished on the way back, and undone next, by that run or the one after. */
    private static boolean finishedToBeUndone(Run run, LedgerLine line, List<LedgerLine> ledger) {
        return run.direction.equals("rollback") && line.direction().equals("forward")
                && ledger.stream().filter(next -> next.id() > line.id()).findFirst()
                        .filter(next -> next.back() && next.step().equals(line.step())).isPresent();
    }

    /** What the ledger has, the events tell: the step was begun before, done after, and nothing came behind an end. */
    private void compare(String target, List<LedgerLine> ledger) {
        for (LedgerLine line : ledger) {
            Run run = runs.get(line.run());
            if (run == null) {
                continue; // another rollout's
            }
            Instant begun = run.begun.get(line.step());
            if (!run.target.equals(target) || begun == null || begun.isAfter(line.at())) {
                wrong.add(
                        "the ledger of %s has an effect of %s by run %d, which no event tells to have begun".formatted(
                                target, line.step(), line.run()));
            }
            if (ENDED.contains(run.state) && run.since.isBefore(line.at())) {
                wrong.add("%s took effect on %s after its run was %s".formatted(line.step(), target, run.state));
            }
            if (line.back() != run.direction.equals("rollback") && !finishedToBeUndone(run, line, ledger)) {
                wrong.add("%s was written as %s by a run %s".formatted(line.step(), line.direction(), run.direction));
            }
        }
        runs.forEach((number, run) -> run.steps.forEach((step, state) -> {
            boolean known = ledger.stream().anyMatch(line -> line.step().equals(step)
                    && line.back() != run.direction.equals("forward"));
            if (run.target.equals(target) && state.equals("DONE") && !known
                    && ledger.stream().noneMatch(line -> line.step().equals(step))) {
                wrong.add("run %d says that %s is done on %s, and its ledger has nothing of it".formatted(number, step,
                        target));
            }
        }));
    }
}
