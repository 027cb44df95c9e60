package dev.rubicon.web.pages;

import dev.rubicon.engine.Holder;
import dev.rubicon.engine.HolderAction;
import dev.rubicon.execution.PhaseRunView;
import dev.rubicon.rollout.RolloutView;
import java.util.List;

/**
 * Asks once more before a session that holds a lock is cleared, where no script could ask.
 *
 * @param there whether the run still waits for it
 * @param question what will happen
 */
record HolderPage(long rollout, String plan, String target, int pid, String action, boolean there, String question,
        String label, String reason) {

    static HolderPage of(RolloutView rollout, String target, List<PhaseRunView> runs, int pid, HolderAction action,
            String reason) {
        List<Holder> holders = runs.isEmpty() ? List.of() : runs.getLast().waitsFor();
        String who = holders.stream().filter(holder -> holder.pid() == pid).map(HolderWords::who).findFirst()
                .orElse("");
        return new HolderPage(rollout.id(), rollout.plan(), target, pid, action.word(), !who.isEmpty(),
                switch (action) {
                    case CANCEL -> HolderWords.cancel(pid, who);
                    case END -> HolderWords.end(pid, who);
                }, switch (action) {
                    case CANCEL -> "Cancel what " + pid + " runs";
                    case END -> "End session " + pid;
                }, reason);
    }
}
