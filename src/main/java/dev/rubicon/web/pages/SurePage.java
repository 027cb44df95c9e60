package dev.rubicon.web.pages;

import dev.rubicon.rollout.RolloutView;
import java.util.Objects;

/**
 * Asks once more before something is cancelled, where no script could ask.
 *
 * @param question what will happen
 * @param action where the form leads
 * @param back where nothing happens
 */
record SurePage(long rollout, String plan, String question, String label, String action, String back) {

    static final String ROLLOUT = "Cancel this rollout? What is in effect stays in effect and can be rolled back.";
    static final String STEP = "Cancel the statement of this step? What it did and has not committed is rolled back, and "
            + "the run rests before it.";

    static SurePage rollout(RolloutView rollout) {
        String page = "/rollouts/" + rollout.id();
        return new SurePage(rollout.id(), rollout.plan(), ROLLOUT, "Cancel this rollout", page + "/cancel", page);
    }

    static SurePage run(RolloutView rollout, String target) {
        String page = page(rollout, target);
        return new SurePage(rollout.id(), rollout.plan(), Objects.requireNonNull(RunPage.CANCEL.confirm()),
                "Cancel on " + target, page + "/cancel", page);
    }

    static SurePage step(RolloutView rollout, String target, String step) {
        String page = page(rollout, target);
        return new SurePage(rollout.id(), rollout.plan(), STEP, "Cancel " + step + " on " + target,
                page + "/steps/" + step + "/cancel", page);
    }

    private static String page(RolloutView rollout, String target) {
        return "/rollouts/" + rollout.id() + "/runs/" + target;
    }
}
