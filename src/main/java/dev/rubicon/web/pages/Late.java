package dev.rubicon.web.pages;

import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import dev.rubicon.rehearsal.Evidence;
import dev.rubicon.rollout.PhaseState;
import dev.rubicon.rollout.RolloutView;
import dev.rubicon.security.Actor;
import java.util.List;
import java.util.Map;

/** What to say to whoever decides on a page that has been overtaken. */
final class Late {

    private Late() {}

    /** Whether it is there already and still counts, as when a form was sent twice. */
    static boolean stands(RolloutView rollout, int phase, Actor actor) {
        return rollout.state().goesForward() && rollout.approvers(rollout.phases().get(phase)).contains(actor.name());
    }

    static Notice words(Problem problem, RolloutView now, int phase) {
        RolloutView.PhaseView view = now.phases().get(phase);
        return switch (problem.type()) {
            case STALE_DIGEST -> new Notice("bad", "What you decided on has changed", changed(problem),
                    "Nothing was decided. This page shows it as it is now, and what you typed is still there: look "
                            + "again, and decide again.",
                    List.of());
            case CONFLICT -> new Notice("bad", "This waits for no decision any more",
                    view.state() == PhaseState.WAITING
                            ? "The rollout is " + Sign.of(now.state()).word() + "."
                            : "%s %s.%s".formatted(view.title(), began(view), by(now, view)),
                    "Nothing was recorded in your name. Look at the rollout to see where it stands.", List.of());
            default -> Notice.of(problem);
        };
    }

    /** To whoever confirms a rollback. */
    static Notice back(Problem problem) {
        return problem.type() == ProblemType.STALE_DIGEST
                ? new Notice("bad", "What going back would undo or lose has changed since you looked", "",
                        "Nothing was undone. This page shows it as it is now, and your reason is still there: look "
                                + "again, and decide again.",
                        List.of())
                : Notice.of(problem);
    }

    private static String changed(Problem problem) {
        Map<String, Object> facts = problem.getBody().getProperties();
        if (facts != null && facts.get("evidence") instanceof Evidence evidence) {
            return "Since you opened this page, the evidence has moved: the decision rests on " + evidence.words()
                    + " now.";
        }
        return facts != null && facts.get("shortage") instanceof String shortage && !shortage.isEmpty()
                ? "Since you opened this page, the evidence has moved. " + shortage + "."
                : "Since you opened this page, what the decision rests on has changed: no rehearsal is part of it now.";
    }

    static String began(RolloutView.PhaseView view) {
        return switch (view.state()) {
            case WAITING, RUNNING, VERIFYING -> "has begun";
            case DONE -> "is done already";
            case FAILED -> "has begun, and failed";
            case ROLLING_BACK -> "is being rolled back";
            case ROLLED_BACK -> "was rolled back";
        };
    }

    private static String by(RolloutView now, RolloutView.PhaseView view) {
        List<String> names = now.approvers(view);
        return names.isEmpty() ? "" : " Approved by " + String.join(" and ", names) + ".";
    }
}
