package dev.rubicon.web.pages;

import dev.rubicon.execution.PhaseRunState;
import dev.rubicon.execution.StepState;
import dev.rubicon.gate.Blocker;
import dev.rubicon.plan.Severity;
import dev.rubicon.plan.Verdict;
import dev.rubicon.registry.TargetCheck;
import dev.rubicon.rehearsal.RehearsalState;
import dev.rubicon.rollout.PhaseState;
import dev.rubicon.rollout.RolloutState;
import dev.rubicon.rollout.RolloutView;
import dev.rubicon.rollout.RunState;

/**
 * A state as a symbol and a word; never a colour alone.
 *
 * @param icon id of a symbol in {@code bits/icons.html}
 * @param tone class of the colour: {@code good}, {@code now}, {@code hold}, {@code bad} or {@code soft}
 */
record Sign(String icon, String tone, String word) {

    /** A step that stopped between its beginning and its end. */
    static final Sign BEGUN = new Sign("clock", "soft", "begun, not done");

    static Sign of(RolloutState state) {
        return switch (state) {
            case WAITING -> new Sign("clock", "hold", "waits");
            case RUNNING -> new Sign("moving", "now", "running");
            case PAUSING -> new Sign("pause", "hold", "pausing");
            case PAUSED -> new Sign("pause", "hold", "paused");
            case FAILED -> new Sign("cross", "bad", "failed");
            case CANCELLING -> new Sign("stop", "hold", "cancelling");
            case CANCELLED -> new Sign("stop", "soft", "cancelled");
            case ROLLING_BACK -> new Sign("back", "now", "rolling back");
            case ROLLBACK_FAILED -> new Sign("cross", "bad", "rollback failed");
            case ROLLED_BACK -> new Sign("back", "soft", "rolled back");
            case DONE -> new Sign("check", "good", "done");
        };
    }

    static Sign of(PhaseState state) {
        return switch (state) {
            case WAITING -> new Sign("dot", "soft", "waits");
            case RUNNING -> new Sign("moving", "now", "running");
            case VERIFYING -> new Sign("moving", "now", "verifying");
            case DONE -> new Sign("check", "good", "done");
            case FAILED -> new Sign("cross", "bad", "failed");
            case ROLLING_BACK -> new Sign("back", "now", "rolling back");
            case ROLLED_BACK -> new Sign("back", "soft", "rolled back");
        };
    }

    static Sign of(RunState state) {
        return switch (state) {
            case QUEUED -> new Sign("dot", "soft", "not begun");
            case WAITING -> new Sign("clock", "soft", "waits");
            case RUNNING -> new Sign("moving", "now", "running");
            case PAUSED -> new Sign("pause", "hold", "paused");
            case FAILED -> new Sign("cross", "bad", "failed");
            case CANCELLED -> new Sign("stop", "soft", "cancelled");
            case SKIPPED -> new Sign("skip", "soft", "skipped");
            case ROLLING_BACK -> new Sign("back", "now", "rolling back");
            case ROLLED_BACK -> new Sign("back", "soft", "rolled back");
            case DONE -> new Sign("check", "good", "done");
        };
    }

    /** Where a target is that may stand still though its phase runs: then the sign says for what. */
    static Sign of(RolloutView.TargetView target) {
        boolean moving = target.state() == RunState.RUNNING || target.state() == RunState.ROLLING_BACK;
        return moving && target.blocker() != null ? waits(target.blocker()) : of(target.state());
    }

    /** For what a run waits that somebody or something is in the way of. */
    static Sign waits(Blocker blocker) {
        return new Sign("clock", "hold", switch (blocker.type()) {
            case "lock" -> "waits for a lock";
            case "target-busy" -> "waits for the target";
            case "server-busy" -> "waits for its server";
            case "target-unreachable" -> "cannot reach it";
            case "throttle" -> "stands still";
            case "handed-over" -> "waits for a node";
            default -> "waits";
        });
    }

    static Sign of(PhaseRunState state, boolean rollback) {
        return switch (state) {
            case QUEUED -> new Sign("dot", "soft", "queued");
            case RUNNING -> rollback
                    ? new Sign("back", "now", "rolling back")
                    : new Sign("moving", "now", "running");
            case WAITING -> new Sign("clock", "hold", "waits for a lock");
            case PAUSING -> new Sign("pause", "hold", "pausing");
            case PAUSED -> new Sign("pause", "hold", "paused");
            case CANCELLING -> new Sign("stop", "hold", "cancelling");
            case CANCELLED -> new Sign("stop", "soft", "cancelled");
            case FAILED -> new Sign("cross", "bad", rollback ? "rollback failed" : "failed");
            case DONE -> new Sign("check", "good", "done");
            case ROLLED_BACK -> new Sign("back", "soft", "rolled back");
        };
    }

    static Sign of(StepState state) {
        return switch (state) {
            case QUEUED -> new Sign("dot", "soft", "not begun");
            case RUNNING -> new Sign("moving", "now", "running");
            case VERIFYING -> new Sign("moving", "now", "verifying");
            case DONE -> new Sign("check", "good", "done");
            case FAILED -> new Sign("cross", "bad", "failed");
            case SKIPPED -> new Sign("skip", "soft", "skipped");
        };
    }

    static Sign of(RehearsalState state) {
        return switch (state) {
            case QUEUED -> new Sign("clock", "soft", "waits");
            case RUNNING -> new Sign("moving", "now", "running");
            case PASSED -> new Sign("check", "good", "passed");
            case DIFFERS -> new Sign("cross", "bad", "does not come back");
            case FAILED -> new Sign("cross", "bad", "failed");
            case EMPTY -> new Sign("dot", "hold", "executed nothing");
            case BROKEN -> new Sign("stop", "hold", "not carried out");
        };
    }

    static Sign of(Severity severity) {
        return switch (severity) {
            case INFO -> new Sign("info", "soft", "info");
            case WARNING -> new Sign("warn", "hold", "warning");
            case ERROR -> new Sign("warn", "bad", "error");
            case BLOCKING -> new Sign("stop", "bad", "blocking");
        };
    }

    static Sign of(Verdict.Level risk) {
        return switch (risk) {
            case LOW -> new Sign("check", "good", "low risk");
            case MEDIUM -> new Sign("warn", "hold", "medium risk");
            case HIGH -> new Sign("warn", "bad", "high risk");
        };
    }

    static Sign of(TargetCheck.State state) {
        return switch (state) {
            case OK -> new Sign("check", "good", "ok");
            case LIMITED -> new Sign("warn", "hold", "limited");
            case MISSING -> new Sign("cross", "bad", "missing");
        };
    }
}
