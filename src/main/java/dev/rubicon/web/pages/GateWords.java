package dev.rubicon.web.pages;

import dev.rubicon.plan.Phase;
import java.util.ArrayList;
import java.util.List;

/** The gates that a plan sets, in words. */
final class GateWords {

    private GateWords() {}

    /** One phrase for each gate of the plan, and the approvals that every phase has. */
    static List<String> of(Phase.After after) {
        List<String> words = new ArrayList<>();
        if (after.deployment() != null) {
            words.add(after.deployment().application() + " " + after.deployment().version() + " is live");
        }
        if (after.absent() != null) {
            words.add("no " + after.absent().application() + " " + after.absent().version() + " is live");
        }
        if (after.soak() != null) {
            words.add(Amounts.round(after.soak()) + " of soak");
        }
        if (after.backup() != null) {
            words.add("a backup at most " + Amounts.round(after.backup().maxAge()) + " old");
        }
        after.manual().forEach(manual -> words.add("the go “" + manual.name() + "”"));
        words.add("the approvals of the environment");
        return words;
    }

    /** How many gates there are in front of a phase, so that the page can say how many are open. */
    static int number(Phase phase, int approvalsNeeded) {
        Phase.After after = phase.after();
        int gates = after.manual().size() + (phase.index() > 0 ? 1 : 0) + (approvalsNeeded > 0 ? 1 : 0);
        gates += after.deployment() == null ? 0 : 1;
        gates += after.absent() == null ? 0 : 1;
        gates += after.soak() == null ? 0 : 1;
        return gates + (after.backup() == null ? 0 : 1);
    }
}
