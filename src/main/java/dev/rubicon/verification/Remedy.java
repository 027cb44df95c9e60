package dev.rubicon.verification;

import java.util.List;

/**
 * One step of a drafted plan.
 *
 * @param what it does, in a few words
 * @param forward one statement each; what cannot run in a transaction stands alone
 * @param back one statement each; empty where there is nothing to undo
 * @param loss what the way back loses, in the plan's word
 * @param destroys whether rows go that nothing brings back
 */
record Remedy(Part part, String what, List<String> forward, List<String> back, String loss, boolean destroys) {

    /** Where in the plan it stands. */
    enum Part {
        EXPAND, MIGRATE, CONTRACT
    }

    Remedy {
        forward = List.copyOf(forward);
        back = List.copyOf(back);
    }

    static Remedy of(Part part, String what, List<String> forward, List<String> back) {
        return new Remedy(part, what, forward, back, "none", false);
    }

    /** What is written since is lost on the way back. */
    Remedy losingNewWrites() {
        return new Remedy(part, what, forward, back, "new-writes", destroys);
    }

    /** Rows that are there now are lost on the way forward. */
    Remedy destroying() {
        return new Remedy(part, what, forward, back, "total", true);
    }
}
