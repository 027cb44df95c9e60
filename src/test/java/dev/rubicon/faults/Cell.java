package dev.rubicon.faults;

import dev.rubicon.rollout.RolloutState;
import dev.rubicon.testing.Api;
import dev.rubicon.testing.TestPostgres;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** One run that stands at a point when a fault strikes. */
final class Cell {

    private final Cluster cluster;
    private final Point point;
    private final Cluster.Target target;
    private final Barrier barrier;
    private long rollout;

    /** Registers a target for it, a copy of another one. */
    Cell(Cluster cluster, Cluster.Target template, Point point, Fault fault) {
        this.cluster = cluster;
        this.point = point;
        String name = point.plan() + "-under-" + fault.name().toLowerCase(Locale.ROOT).replace('_', '-');
        this.target = cluster.copy(template, name, "development", name, point.setup.toArray(String[]::new));
        this.barrier = Barrier.of(point.barrier, this);
    }

    Point point() {
        return point;
    }

    Cluster.Target target() {
        return target;
    }

    TestPostgres.Database control() {
        return cluster.controlDatabase();
    }

    DatabaseServer server() {
        return cluster.targetServer(target.server());
    }

    Api api() {
        return cluster.api();
    }

    long rollout() {
        return rollout;
    }

    Barrier barrier() {
        return barrier;
    }

    /** Opens the rollout; nobody has to approve anything in its environment. */
    void open() {
        if (!point.job.back) {
            barrier.arm();
        }
        JsonNode opened = api().as("author").post("/rollouts", Map.of("plan", point.plan(), "revision", 1,
                "environment", "development", "targets", Map.of("names", List.of(target.name())), "waves", List.of(),
                "startPhases", "auto")).expect(202).body();
        rollout = opened.path("id").asLong();
    }

    /** Whether it is struck on its way back. */
    boolean back() {
        return point.job.back;
    }

    /** Whether it is a question of Rubicon that is held: a precondition or a verification. */
    boolean inQuery() {
        return point == Point.AFTER_ATTEMPT || point == Point.IN_VERIFICATION;
    }

    /** Asks for the rollback, where that is what the fault strikes. */
    void goBack() {
        if (point.job.back) {
            barrier.arm();
            api().as("operator").post("/rollouts/" + rollout + "/rollback", Map.of("toPhase", 0, "reason", "to try it"))
                    .expect(202);
        }
    }

    String state() {
        return String.valueOf(control().value("SELECT state FROM rollout WHERE id = " + rollout));
    }

    boolean forwardDone() {
        return !point.job.back || state().equals("DONE");
    }

    boolean ended() {
        return state().equals(point.job.back ? "ROLLED_BACK" : "DONE");
    }

    /** Whether nothing goes on by itself any more. */
    boolean rests() {
        return !RolloutState.valueOf(state()).active();
    }

    /** How often workers have taken up the run that stands at the point. */
    long takenUp() {
        return Long.parseLong(String.valueOf(control().value("SELECT epoch FROM phase_run WHERE id = " + run())));
    }

    /** The phase run that stands at the point. */
    long run() {
        return Long.parseLong(String.valueOf(control().value("SELECT max(id) FROM phase_run WHERE rollout = "
                + rollout)));
    }

    /** Everything that is wrong now that it should have ended. */
    List<String> wrong() {
        List<String> wrong = new ArrayList<>();
        if (!ended()) {
            wrong.add("the rollout is " + state() + ", its last run " + control().value("SELECT state || coalesce(': '"
                    + " || failure::text, '') || coalesce(', ' || blocker::text, '') FROM phase_run WHERE id = "
                    + run()) + ", carried by "
                    + control().value("""
                            SELECT coalesce(string_agg(format('%s, picked %s by %s, due %s, heartbeat %s', task_instance,
                                                              picked, picked_by, execution_time, last_heartbeat), '; '),
                                            'nobody')
                              FROM scheduled_tasks WHERE task_name = 'phase-run' AND task_instance LIKE\s""" + "'"
                            + run()
                            + "/%'")
                    + "; nodes: " + control().value("""
                            SELECT string_agg(format('%s seen %s leaving %s', name, seen_at, leaving_since), '; ')
                              FROM node WHERE ended_at IS NULL"""));
        }
        wrong.addAll(Checker.wrong(control(), rollout, target, Job.STEPS));
        String answer = target.database().value(point.job.question);
        if (!point.job.answer.equals(answer)) {
            wrong.add("its data are " + answer + " and should be " + point.job.answer);
        }
        String frame = target.database().value("SELECT count(*) FROM pg_class WHERE relname IN ('first_made',"
                + " 'last_made')");
        if (!(point.job.back ? "0" : "2").equals(frame)) {
            wrong.add("of the two tables around it there are " + frame);
        }
        return wrong.stream().map(sentence -> target.name() + ": " + sentence).toList();
    }
}
