package dev.rubicon.web.pages;

import dev.rubicon.gate.Blocker;
import dev.rubicon.gate.Gates;
import dev.rubicon.rollout.PhaseState;
import dev.rubicon.rollout.RolloutState;
import dev.rubicon.rollout.RolloutView;
import dev.rubicon.rollout.RunState;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Permission;
import java.util.List;
import java.util.Optional;

/**
 * The one thing to do on a rollout now, for this reader.
 *
 * @param brief the label in a list, where the row says what it is about
 * @param way {@code link}, {@code post} or {@code none}
 * @param href where the link or the form leads
 * @param hint one line below it: why it is not theirs, or what comes of it
 * @param mine whether it waits for this reader
 */
record PrimaryAct(String label, String brief, String way, String href, String hint, boolean mine) {

    static PrimaryAct of(RolloutView rollout, Actor actor) {
        String page = "/rollouts/" + rollout.id();
        return switch (rollout.state()) {
            case FAILED -> operate(rollout, actor, "Retry what failed", page + "/retry",
                    "Steps in effect are not repeated.");
            case ROLLBACK_FAILED -> operate(rollout, actor, "Retry the rollback", page + "/retry",
                    "What is undone already is not repeated.");
            case PAUSED -> operate(rollout, actor, "Resume", page + "/resume", "Goes on where it stopped.");
            case WAITING, RUNNING ->
                gate(rollout, actor).or(() -> retry(rollout, actor)).orElseGet(() -> read(rollout));
            case PAUSING, CANCELLING, ROLLING_BACK, CANCELLED, ROLLED_BACK, DONE -> read(rollout);
        };
    }

    /** Whether this reader, who approved, may still reject: until the phase begins. */
    static boolean mayTakeBack(RolloutView rollout, RolloutView.PhaseView phase, Actor actor) {
        return rollout.state().goesForward() && phase.state() == PhaseState.WAITING
                && rollout.approvers(phase).contains(actor.name())
                && actor.may(Permission.APPROVE, rollout.environment());
    }

    /** Why this reader may not decide on the phase. */
    static String whyNot(RolloutView rollout, RolloutView.PhaseView phase, Actor actor) {
        if (!actor.may(Permission.APPROVE, rollout.environment())) {
            return "An approver in " + rollout.environment() + " decides on this.";
        }
        if (rollout.isOf(actor)) {
            return "It is your own, so somebody else decides.";
        }
        int more = phase.approvalsNeeded() - rollout.approvers(phase).size();
        return more < 2 ? "You approved; one more is needed." : "You approved; %d more are needed.".formatted(more);
    }

    /** Where some targets failed while others go on. */
    private static Optional<PrimaryAct> retry(RolloutView rollout, Actor actor) {
        return rollout.targets().stream().anyMatch(target -> target.state() == RunState.FAILED)
                ? Optional.of(operate(rollout, actor, "Retry what failed", "/rollouts/" + rollout.id() + "/retry",
                        "Steps in effect are not repeated."))
                : Optional.empty();
    }

    private static Optional<PrimaryAct> gate(RolloutView rollout, Actor actor) {
        return rollout.phases().stream().filter(phase -> phase.state() == PhaseState.WAITING).findFirst()
                .flatMap(phase -> gate(rollout, phase, actor));
    }

    private static Optional<PrimaryAct> gate(RolloutView rollout, RolloutView.PhaseView phase, Actor actor) {
        List<String> types = phase.blockers().stream().map(Blocker::type).toList();
        Optional<PrimaryAct> decision = types.contains("approval")
                ? Optional.of(approve(rollout, phase, actor))
                : Optional.empty();
        return decision.filter(PrimaryAct::mine).or(() -> clearing(rollout, phase, types, actor)).or(() -> decision);
    }

    /** What this reader can do against one of the blockers, approvals aside. */
    private static Optional<PrimaryAct> clearing(RolloutView rollout, RolloutView.PhaseView phase, List<String> types,
            Actor actor) {
        String page = "/rollouts/" + rollout.id();
        String environment = rollout.environment();
        if (types.equals(List.of("start"))) {
            return Optional.of(operate(rollout, actor, "Start " + phase.title(),
                    page + "/phases/" + phase.index() + "/start", "Every gate is open."));
        }
        if (phase.blockers().stream().anyMatch(blocker -> blocker.type().equals("manual")
                && Gates.mayGive(blocker, actor, environment))) {
            return Optional.of(link("Give the go for " + phase.title() + "…", "Give the go…", page + "#go"));
        }
        if (types.contains("backup") && actor.may(Permission.REPORT_BACKUP, environment)) {
            return Optional.of(link("Record a backup…", "Record a backup…", page + "#record-backup"));
        }
        boolean deployment = types.contains("deployment") || types.contains("absent");
        return deployment && actor.may(Permission.REPORT_DEPLOYMENT, environment)
                ? Optional.of(link("Report a deployment…", "Report a deployment…", page + "#report-deployment"))
                : Optional.empty();
    }

    private static PrimaryAct link(String label, String brief, String href) {
        return new PrimaryAct(label, brief, "link", href, "", true);
    }

    private static PrimaryAct approve(RolloutView rollout, RolloutView.PhaseView phase, Actor actor) {
        String label = (phase.overTheRiver() ? "Decide on crossing: " : "Approve ") + phase.title() + "…";
        String brief = phase.overTheRiver() ? "Decide on crossing…" : "Approve…";
        if (rollout.mayDecide(phase, actor)) {
            return link(label, brief, "/rollouts/%d/phases/%d/approve".formatted(rollout.id(), phase.index()));
        }
        return new PrimaryAct(label, brief, "none", "", whyNot(rollout, phase, actor), false);
    }

    private static PrimaryAct operate(RolloutView rollout, Actor actor, String label, String href, String hint) {
        return actor.may(Permission.OPERATE, rollout.environment())
                ? new PrimaryAct(label, label + "…", "post", href, hint, true)
                : new PrimaryAct(label, label, "none", "", "An operator in " + rollout.environment() + " does this.",
                        false);
    }

    private static PrimaryAct read(RolloutView rollout) {
        String href = "/plans/%s/revisions/%d?tab=rollback".formatted(rollout.plan(), rollout.revision());
        String hint = rollout.state() == RolloutState.DONE ? "Nothing is left to do." : "";
        return new PrimaryAct("Read the rollback plan", "Read", "link", href, hint, false);
    }
}
