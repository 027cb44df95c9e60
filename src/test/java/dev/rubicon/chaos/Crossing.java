package dev.rubicon.chaos;

import dev.rubicon.faults.Cluster;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import tools.jackson.databind.JsonNode;

/** One plan of chance, carried over its own databases, with its application and its operator; and what was wrong. */
final class Crossing implements Callable<Crossing.Result> {

    private static final Duration LONGEST = Duration.ofMinutes(10);
    private static final Duration LONGEST_UNEXPLAINED = Duration.ofSeconds(75);
    private static final Duration SESSIONS_END_WITHIN = Duration.ofSeconds(75);
    private static final Duration LOOK = Duration.ofMillis(350);
    private static final int RETRIES = 6;
    /** What is partly done is not skipped, and a retry goes on with it. */
    private static final String NOT_SKIPPED = "Not skipped";
    private static final Set<String> OVER = Set.of("DONE", "CANCELLED", "ROLLED_BACK");

    private final Door door;
    private final Cluster cluster;
    private final long seed;
    private final Random random;
    private final RandomPlan plan;
    private final Operator operator;
    private final boolean production;
    private final int rows;
    private final List<Target> targets = new ArrayList<>();
    private final List<Application> applications = new ArrayList<>();
    private final Set<String> skipped = new HashSet<>();
    private final Map<String, Set<String>> skippedSteps = new HashMap<>();
    private final Set<String> wrong = new TreeSet<>();
    private final Map<String, Instant> unexplained = new HashMap<>();
    private final Map<String, Integer> failures = new HashMap<>();
    private final List<String> story = new ArrayList<>();
    private long rollout;
    private boolean wasDone;
    private boolean cancelled;
    /** The rollout's state in the last answer to a verb: one that was done before takes a cancel, and stays done. */
    private String answered = "";
    private int backTo = -1;
    private boolean triedBack;
    private Instant since = Instant.EPOCH;

    private record Target(String name, int server, Place place, Map<String, String> before) {}

    /**
     * @param wrong everything that is wrong, a sentence each
     * @param story what was asked and what became of it
     */
    record Result(long seed, RandomPlan plan, int targets, String state, List<String> wrong, List<String> story) {}

    Crossing(Door door, Cluster cluster, int servers, long seed) {
        this.door = door;
        this.cluster = cluster;
        this.seed = seed;
        this.random = new Random(seed);
        this.plan = new Generator(random).plan("chance-" + seed);
        int many = Math.min(1 + random.nextInt(4), 1 + random.nextInt(4));
        this.rows = 100 + random.nextInt(2000);
        this.production = random.nextInt(3) > 0;
        this.operator = new Operator(random, plan, many);
        for (int i = 0; i < many; i++) {
            int server = random.nextInt(servers);
            String database = "chance_%d_%d".formatted(seed, i);
            targets.add(new Target("chance-%d-%d".formatted(seed, i), server, place(server, database),
                    new HashMap<>()));
        }
    }

    private Place place(int server, String database) {
        return new Place("jdbc:postgresql://localhost:%d/%s".formatted(cluster.targetServer(server).port(), database),
                "postgres", "postgres");
    }

    @Override
    public Result call() {
        String state = "not begun";
        try {
            targets.forEach(this::make);
            open();
            state = drive();
            applications.forEach(Application::close);
            check(state);
        } catch (RuntimeException e) {
            wrong.add("broke off: " + e);
            for (StackTraceElement element : e.getStackTrace()) {
                if (element.getClassName().startsWith("dev.rubicon")) {
                    story.add("    at " + element);
                }
            }
        } finally {
            applications.forEach(Application::close);
        }
        if (wrong.isEmpty()) {
            targets.forEach(this::drop);
        }
        return new Result(seed, plan, targets.size(), state, List.copyOf(wrong), story);
    }

    private void make(Target target) {
        Place server = place(target.server(), "postgres");
        String database = target.place().url().substring(target.place().url().lastIndexOf('/') + 1);
        Persistence.persist("make " + database, () -> {
            try (Connection connection = server.connect("chaos")) {
                Place.run(connection, "DROP DATABASE IF EXISTS " + database + " WITH (FORCE)",
                        "CREATE DATABASE " + database);
            }
            try (Connection connection = target.place().connect("chaos")) {
                Place.run(connection, World.statements(plan, rows).toArray(String[]::new));
                target.before().putAll(Inventory.of(connection));
            }
            return true;
        });
        String url = "jdbc:postgresql://localhost:%d/%s".formatted(cluster.targetNetwork(target.server()).port(),
                database);
        door.post("admin", "/targets", Map.of("name", target.name(), "engine", "postgresql", "environment",
                environment(), "labels", Map.of("chance", String.valueOf(seed)), "url", url, "username", "postgres",
                "password", "postgres")).expect(201);
    }

    private void drop(Target target) {
        String database = target.place().url().substring(target.place().url().lastIndexOf('/') + 1);
        Persistence.persist("drop " + database, () -> {
            try (Connection connection = place(target.server(), "postgres").connect("chaos")) {
                Place.run(connection, "DROP DATABASE IF EXISTS " + database + " WITH (FORCE)");
            }
            return true;
        });
    }

    private String environment() {
        return production ? "production" : "development";
    }

    private void open() {
        door.post("author", "/plans", plan.document()).expect(201);
        Map<String, Object> order = new LinkedHashMap<>(Map.of("plan", plan.name(), "revision", 1, "environment",
                environment(), "targets", Map.of("labels", Map.of("chance", String.valueOf(seed))), "startPhases",
                "auto"));
        if (targets.size() > 1 && random.nextBoolean()) {
            order.put("waves", List.of(Map.of("percent", 1 + random.nextInt(60)), Map.of("percent", 100)));
        }
        JsonNode opened = Persistence.persist("open " + plan.name(), () -> {
            Door.Answer answer = door.post("author", "/rollouts", order);
            if (answer.status() != 202) {
                throw new IllegalStateException(answer.toString()); // its targets may be restarting
            }
            return answer.body();
        });
        rollout = opened.path("id").asLong();
        story.add("rollout %d over %d targets with %d rows, %s".formatted(rollout, targets.size(), rows,
                environment()));
        targets.forEach(target -> applications
                .add(new Application(target.place(), seed + target.name().hashCode(), rows)));
        speed(0.05 + 0.95 * random.nextDouble());
        gates(opened);
    }

    private void gates(JsonNode opened) {
        if (plan.phases().stream().anyMatch(phase -> phase.getFirst().phase().equals("contract"))) {
            door.post("operator", "/deployments", Map.of("application", plan.application(), "version", "2.0.0",
                    "environment", environment(), "state", "live")).expect(201);
            targets.forEach(target -> door.post("operator", "/backups", Map.of("target", target.name(), "takenAt",
                    Instant.now().minusSeconds(5).toString(), "kind", "pg_basebackup", "reference", target.name()))
                    .expect(201));
        }
        // where none is needed an approval is refused, or counts for nothing
        String digest = opened.path("digest").asString();
        for (int phase = production ? 0 : plan.river(); phase < plan.phases().size(); phase++) {
            for (String who : List.of("approver", "second")) {
                door.post(who, "/rollouts/%d/phases/%d/approvals".formatted(rollout, phase),
                        Map.of("decision", "approve", "digest", digest, "crossing", plan.name()));
            }
        }
    }

    /** Steers it to its end, and answers the state of that. */
    private String drive() {
        Instant began = Instant.now();
        while (Duration.between(began, Instant.now()).compareTo(LONGEST) < 0) {
            JsonNode view = door.get("/rollouts/" + rollout);
            String state = view.path("state").asString();
            explained(view);
            Operator.Act act = operator.next(Duration.between(began, Instant.now()).toMillis());
            if (act != null) {
                act(act);
            } else if (OVER.contains(state)) {
                wasDone |= state.equals("DONE");
                if (triedBack || !operator.rollsBackAtTheEnd()) {
                    return state;
                }
                rollBack(operator.toPhase());
            } else {
                help(view, state);
            }
            Persistence.pause(LOOK);
        }
        wrong.add("never ended within %s: %s".formatted(LONGEST, door.get("/rollouts/" + rollout)));
        return "NEVER ENDED";
    }

    /** What an operator does who wants the crossing to go on. */
    private void help(JsonNode view, String state) {
        switch (state) {
            case "PAUSED" -> {
                if (random.nextInt(3) == 0) {
                    verb("resume", Map.of());
                }
            }
            case "FAILED", "ROLLBACK_FAILED" -> {
                tellFailures(view);
                verb("retry", Map.of());
            }
            default -> view.path("targets").forEach(target -> {
                String name = target.path("target").asString();
                switch (target.path("state").asString()) {
                    case "PAUSED" -> verb("runs/" + name + "/resume", Map.of());
                    case "FAILED", "CANCELLED" -> {
                        if (state.equals("RUNNING") && random.nextInt(3) == 0) {
                            tellFailures(view);
                            verb("runs/" + name + "/retry", Map.of());
                        }
                    }
                    default -> {}
                }
            });
        }
    }

    /** No step of a plan that passed the judgement may fail for good because something died under it. */
    private void tellFailures(JsonNode view) {
        view.path("targets").forEach(target -> target.path("phases").forEach(cell -> {
            String failure = cell.path("failure").asString("");
            if (!failure.isEmpty() && !failure.startsWith(NOT_SKIPPED)) {
                String what = "%s phase %s: %s".formatted(target.path("target").asString(), cell.path("phase"),
                        failure);
                int times = failures.merge(what, 1, Integer::sum);
                if (times == 1) {
                    story.add("FAILED " + what);
                    wrong.add("a step failed: " + what);
                } else if (times > RETRIES) {
                    throw new IllegalStateException("fails again and again: " + what);
                }
            }
        }));
    }

    private void act(Operator.Act act) {
        String run = "runs/" + targets.get(act.target()).name() + "/";
        switch (act.verb()) {
            case PAUSE -> verb("pause", Map.of());
            case PAUSE_RUN -> verb(run + "pause", Map.of());
            case CANCEL_RUN -> verb(run + "cancel", Map.of());
            case SKIP_RUN -> {
                if (verb(run + "skip", Map.of("reason", "chance"))) {
                    skipped.add(targets.get(act.target()).name());
                }
            }
            case SKIP_STEP -> skipStep(targets.get(act.target()).name(), act.step());
            case CANCEL -> cancelled |= verb("cancel", Map.of()) && !answered.equals("DONE");
            case ROLL_BACK -> rollBack(act.phase());
            case SPEED -> speed(act.speed());
        }
    }

    /** On its way back a rollout would count the step as undone: that is for people who have undone it by hand. */
    private void skipStep(String target, String step) {
        if (!step.isEmpty() && !triedBack
                && verb("runs/" + target + "/steps/" + step + "/skip", Map.of("reason", "chance"))) {
            skippedSteps.computeIfAbsent(target, name -> new HashSet<>()).add(step);
        }
    }

    private void rollBack(int toPhase) {
        triedBack = true;
        if (verb("rollback", Map.of("toPhase", toPhase, "reason", "chance", "force", true))) {
            backTo = toPhase;
        }
    }

    private void speed(double speed) {
        door.patch("operator", "/rollouts/" + rollout + "/speed", Map.of("speed", speed)).expect(200);
    }

    /** Says it, and answers whether it was accepted; a refusal names a state in which there is no such verb. */
    private boolean verb(String verb, Map<String, Object> body) {
        Door.Answer answer = door.post("operator", "/rollouts/" + rollout + "/" + verb, body);
        answered = answer.body().path("state").asString("");
        story.add("%s: %d %s".formatted(verb, answer.status(), answer.status() == 202
                ? answered
                : answer.body().path("detail").asString("")));
        if (answer.status() != 202 && answer.status() != 409) {
            wrong.add("%s was answered with %d: %s".formatted(verb, answer.status(), answer.body()));
        }
        return answer.status() == 202;
    }

    /** Whatever does not move says why. */
    private void explained(JsonNode view) {
        Set<String> silent = new HashSet<>();
        view.path("targets").forEach(target -> target.path("phases").forEach(cell -> {
            String state = cell.path("state").asString("");
            if ((state.equals("WAITING") || state.equals("QUEUED")) && target.path("blocker").isMissingNode()
                    || target.path("blocker").isNull()) {
                if (state.equals("WAITING") || state.equals("QUEUED")) {
                    silent.add("%s is %s without a reason".formatted(target.path("target").asString(), state));
                }
            }
        }));
        if (view.path("state").asString().equals("WAITING")) {
            for (JsonNode phase : view.path("phases")) {
                if (phase.path("state").asString().equals("WAITING") && phase.path("blockers").isEmpty()) {
                    silent.add("phase %s waits without a reason".formatted(phase.path("index")));
                    break;
                }
            }
        }
        unexplained.keySet().retainAll(silent);
        for (String what : silent) {
            Instant first = unexplained.computeIfAbsent(what, key -> Instant.now());
            if (Duration.between(first, Instant.now()).compareTo(LONGEST_UNEXPLAINED) > 0) {
                wrong.add(what + " for more than " + LONGEST_UNEXPLAINED);
            }
        }
    }

    private void check(String state) {
        String expected = backTo >= 0 ? "ROLLED_BACK" : cancelled ? "CANCELLED" : "DONE";
        if (!state.equals(expected)) {
            wrong.add("ended as %s instead of %s".formatted(state, expected));
        }
        Map<String, List<LedgerLine>> ledgers = new HashMap<>();
        for (Target target : targets) {
            ledgers.put(target.name(), Persistence.persist("check " + target.name(), () -> check(target)));
        }
        List<EventCheck.Event> events = Persistence.persist("read events", () -> {
            try (Connection control = control().connect("chaos")) {
                return EventCheck.read(control, rollout);
            }
        });
        wrong.addAll(EventCheck.wrong(plan, events, ledgers));
        long open = Persistence.persist("count open attempts", () -> {
            try (Connection control = control().connect("chaos")) {
                return Place.count(control, """
                        SELECT count(*) FROM attempt a JOIN phase_run r ON r.id = a.phase_run
                        WHERE r.rollout = ? AND a.ended_at IS NULL""", rollout);
            }
        });
        if (open > 0) {
            wrong.add("%d attempts never ended".formatted(open));
        }
        List<Long> numbers = events.stream().map(EventCheck.Event::seq).toList();
        if (!door.followed(rollout, numbers.getLast()).equals(numbers)) {
            wrong.add("the stream tells other events than there are");
        }
    }

    private Place control() {
        return new Place("jdbc:postgresql://localhost:%d/rubicon".formatted(cluster.control().port()), "postgres",
                "postgres");
    }

    /** What a thawed node still takes and gives back, or a look at the schema, is gone the next time; what is lost stays so. */
    private List<LedgerLine> check(Target target) throws SQLException {
        Instant patience = Instant.now().plus(SESSIONS_END_WITHIN);
        try (Connection connection = target.place().connect("chaos")) {
            List<String> found = TargetCheck.wrong(connection, plan, target.before(), expected(target));
            while (!found.isEmpty() && Instant.now().isBefore(patience)) {
                Persistence.pause(LOOK);
                found = TargetCheck.wrong(connection, plan, target.before(), expected(target));
            }
            found.forEach(what -> wrong.add(target.name() + ": " + what));
            return LedgerLine.of(connection, plan.name());
        }
    }

    private Expected expected(Target target) {
        Set<String> steps = skippedSteps.getOrDefault(target.name(), Set.of());
        if (backTo >= 0) {
            return new Expected(wasDone && !skipped.contains(target.name()), backTo, steps);
        }
        return new Expected(!cancelled && !skipped.contains(target.name()), plan.phases().size(), steps);
    }
}
