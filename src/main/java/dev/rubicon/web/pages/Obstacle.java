package dev.rubicon.web.pages;

import dev.rubicon.gate.Blocker;
import dev.rubicon.gate.Gates;
import dev.rubicon.rollout.RolloutView;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Permission;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One blocker as a page shows it: either something to fix, with the link to do it, or a wait until a time.
 *
 * @param kind {@code fix} or {@code wait}
 * @param at when it clears by itself, or null
 * @param href where it can be fixed, or null where this reader cannot
 */
record Obstacle(String kind, String icon, String type, String message, String clears, @Nullable Moment at,
        @Nullable String href, String label) {

    static Obstacle of(Blocker blocker, RolloutView rollout, int phase, Actor actor, Instant now) {
        Fix fix = fix(blocker, rollout, phase, actor);
        boolean waits = blocker.at() != null || fix.waits;
        return new Obstacle(waits ? "wait" : "fix", waits ? "clock" : icon(blocker.type()), blocker.type(),
                blocker.message(), blocker.clears(), Moment.ofNullable(blocker.at(), now), fix.href, fix.label);
    }

    private record Fix(@Nullable String href, String label, boolean waits) {
        private static final Fix NONE = new Fix(null, "", false);
        private static final Fix WAIT = new Fix(null, "", true);
    }

    private static Fix fix(Blocker blocker, RolloutView rollout, int phase, Actor actor) {
        String page = "/rollouts/" + rollout.id();
        String environment = rollout.environment();
        return switch (blocker.type()) {
            case "approval" -> rollout.mayDecide(rollout.phases().get(phase), actor)
                    ? new Fix(page + "/phases/" + phase + "/approve", "Approve", false)
                    : Fix.NONE;
            case "deployment", "absent" ->
                link(actor.may(Permission.REPORT_DEPLOYMENT, environment), page + "#report-deployment", "Report");
            case "backup" ->
                link(actor.may(Permission.REPORT_BACKUP, environment), page + "#record-backup", "Record one");
            case "manual" -> link(Gates.mayGive(blocker, actor, environment), page + "#go", "Give the go");
            case "start" -> link(actor.may(Permission.OPERATE, environment), page + "#start", "Start");
            case "finding", "changes-requested" ->
                new Fix("/plans/%s/revisions/%d".formatted(rollout.plan(), rollout.revision()), "Look", false);
            case "soak", "window", "freeze", "previous-phase", "previous-wave", "target-busy", "handed-over" ->
                Fix.WAIT;
            default -> Fix.NONE;
        };
    }

    private static Fix link(boolean may, String href, String label) {
        return may ? new Fix(href, label, false) : Fix.NONE;
    }

    private static String icon(String type) {
        return switch (type) {
            case "approval", "manual", "start", "changes-requested" -> "person";
            case "rejected" -> "stop";
            case "backup" -> "backup";
            case "finding" -> "warn";
            default -> "shut";
        };
    }
}
