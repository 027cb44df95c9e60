package dev.rubicon.web.pages;

import dev.rubicon.rollout.RolloutView;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Permission;
import org.jspecify.annotations.Nullable;

/**
 * The one thing to do with a revision now, for this reader.
 *
 * @param href where it leads, or null where this reader cannot do it
 * @param hint one line below it
 * @param open whether a rollout may be opened besides, though that is not the thing to do now
 */
record PlanAct(String label, @Nullable String href, String hint, boolean open) {

    static PlanAct of(PlanPage.Parts parts, boolean hindered, Actor actor) {
        String plan = "/plans/" + parts.revision().plan();
        String base = plan + "/revisions/" + parts.revision().revision();
        boolean mayOpen = actor.mayAnywhere(Permission.OPEN_ROLLOUT);
        int newest = parts.revisions().isEmpty()
                ? parts.revision().revision()
                : parts.revisions().getFirst().revision();
        RolloutView moving = parts.underWay();
        if (moving != null) {
            return new PlanAct("Go to its rollout in " + moving.environment(), "/rollouts/" + moving.id(),
                    RolloutList.line(moving), mayOpen);
        }
        if (parts.revision().revision() < newest) {
            return new PlanAct("Go to revision " + newest, plan, "It is the newest; this one is kept as it was.",
                    mayOpen);
        }
        if (hindered && actor.mayAnywhere(Permission.SUBMIT_PLAN)) {
            return new PlanAct("Write revision " + (newest + 1) + "…",
                    "/plans/new?from=" + parts.revision().plan() + "&revision=" + newest,
                    "Starts from this text. A rollout of this revision could not be approved.", mayOpen);
        }
        return mayOpen && !hindered
                ? new PlanAct("Open a rollout…", base + "/rollouts/new", "", false)
                : new PlanAct("Open a rollout…", null, hindered
                        ? "It could not be approved as it is."
                        : "An author or operator opens rollouts.", mayOpen);
    }
}
