package dev.rubicon.web.pages;

import dev.rubicon.plan.DataLoss;
import dev.rubicon.plan.Phase;
import dev.rubicon.plan.Rollback;
import dev.rubicon.plan.Step;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * The way back from a phase or a step, in words.
 *
 * @param tone {@code good} while there is one, {@code bad} where there is none
 * @param head the answer in three words
 * @param rest what it does and loses
 */
record WayBack(String tone, String icon, String head, String rest) {

    /** @param behindRiver whether the phase crosses the point of no return or lies behind it */
    static WayBack of(Phase phase, boolean behindRiver) {
        if (behindRiver) {
            return new WayBack("bad", "cross", "no way back", backup(phase));
        }
        List<Rollback> rollbacks = phase.steps().stream().map(Step::rollback).toList();
        long undone = rollbacks.stream().filter(rollback -> rollback.way() instanceof Rollback.Reverse).count();
        long mended = rollbacks.stream().filter(rollback -> rollback.way() instanceof Rollback.Forward).count();
        String loses = loses(worst(rollbacks));
        if (undone == 0 && mended == 0) {
            return new WayBack("good", "back", "nothing to undo", loses);
        }
        List<String> parts = new ArrayList<>();
        if (undone > 0) {
            parts.add("undoes " + Amounts.count(undone, "step"));
        }
        if (mended > 0) {
            parts.add("mends " + Amounts.count(mended, "step"));
        }
        parts.add(loses);
        rollbacks.stream().map(Rollback::window).filter(Objects::nonNull).findFirst().ifPresent(parts::add);
        return new WayBack("good", "back", "one click back", String.join(" · ", parts));
    }

    static WayBack of(Step step) {
        Rollback rollback = step.rollback();
        return switch (rollback.way()) {
            case Rollback.Reverse _ -> new WayBack("good", "back", "undone by SQL", loses(rollback.loss()));
            case Rollback.Forward _ -> new WayBack("good", "back", "mended forward", loses(rollback.loss()));
            case Rollback.Nothing nothing -> new WayBack("good", "back", "nothing to undo", nothing.why());
            case Rollback.Impossible impossible -> new WayBack("bad", "cross", "no way back", impossible.why());
        };
    }

    /** What going back loses, in words. */
    static String loses(DataLoss loss) {
        return switch (loss) {
            case NONE -> "loses nothing";
            case DERIVED -> "loses only what can be computed again";
            case NEW_WRITES -> "loses what was written since";
            case TOTAL -> "loses what was there before";
        };
    }

    private static DataLoss worst(List<Rollback> rollbacks) {
        return rollbacks.stream().map(Rollback::loss).max(Comparator.naturalOrder()).orElse(DataLoss.NONE);
    }

    private static String backup(Phase phase) {
        Phase.Backup asked = phase.after().backup();
        return asked == null
                ? "but the backup"
                : "but the backup, at most " + Amounts.round(asked.maxAge()) + " old at the start";
    }
}
