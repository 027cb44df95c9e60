package dev.rubicon.rollout;

import dev.rubicon.gate.Blocker;
import dev.rubicon.gate.Gates;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Permission;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** What waits for a person, what moves, what needs somebody, what was done lately. */
@Component
public class Inbox {

    /** So many of the open ones are sorted: first those that need somebody. */
    private static final int LOOKED_AT = 100;
    private static final int DONE_SHOWN = 10;
    private static final RolloutFilter ENDED = RolloutFilter.in(RolloutState::ended);

    private final Rollouts rollouts;
    private final WaysBackDrilled ways;

    Inbox(Rollouts rollouts, WaysBackDrilled ways) {
        this.rollouts = rollouts;
        this.ways = ways;
    }

    /**
     * One line.
     *
     * @param phase the phase it is about, or null for the whole rollout
     * @param what in a sentence
     * @param action a stable word for what can be done: {@code approve}, {@code start}, {@code go}, {@code backup},
     *     {@code look}
     */
    public record Item(RolloutView rollout, @Nullable Integer phase, String what, String action) {}

    /** All of it; what waits before what moves, and the newest first among equals. */
    public record Contents(List<Item> waitsForMe, List<Item> moving, List<Item> needsAttention,
            List<Item> doneLately) {}

    public Contents of(Actor actor) {
        Contents contents = new Contents(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        rollouts.pressingInFull(actor, LOOKED_AT).forEach(rollout -> sort(actor, rollout, contents));
        rollouts.inFull(actor, ENDED, Long.MAX_VALUE, DONE_SHOWN).forEach(rollout -> sort(actor, rollout, contents));
        ways.broken(actor).forEach(broken -> contents.needsAttention.add(new Item(rollouts.get(actor, broken.rollout()),
                null, "The way back on %s is broken. %s".formatted(broken.target(), broken.words()), "look")));
        return contents;
    }

    private static void sort(Actor actor, RolloutView rollout, Contents contents) {
        Optional<Item> mine = waitsFor(actor, rollout);
        mine.ifPresent(contents.waitsForMe::add);
        switch (rollout.state()) {
            case WAITING -> {
                if (mine.isEmpty()) {
                    contents.moving.add(new Item(rollout, null, whyItWaits(rollout), "look"));
                }
            }
            case RUNNING, PAUSING, CANCELLING, ROLLING_BACK ->
                contents.moving.add(new Item(rollout, null, note(rollout), "look"));
            case FAILED, ROLLBACK_FAILED, PAUSED ->
                contents.needsAttention.add(new Item(rollout, null, note(rollout), "look"));
            case DONE, CANCELLED, ROLLED_BACK -> {
                if (contents.doneLately.size() < DONE_SHOWN) {
                    contents.doneLately.add(new Item(rollout, null, note(rollout), "look"));
                }
            }
        }
    }

    /** The next phase's first blocker that this actor can clear. */
    private static Optional<Item> waitsFor(Actor actor, RolloutView rollout) {
        return next(rollout).flatMap(phase -> phase.blockers().stream()
                .flatMap(blocker -> action(actor, rollout, phase, blocker)
                        .map(action -> new Item(rollout, phase.index(), blocker.message(), action)).stream())
                .findFirst());
    }

    private static Optional<String> action(Actor actor, RolloutView rollout, RolloutView.PhaseView phase,
            Blocker blocker) {
        boolean operator = actor.may(Permission.OPERATE, rollout.environment());
        return switch (blocker.type()) {
            case "approval" -> rollout.mayDecide(phase, actor) ? Optional.of("approve") : Optional.empty();
            case "start" -> operator && !runsBefore(phase) ? Optional.of("start") : Optional.empty();
            case "manual" ->
                Gates.mayGive(blocker, actor, rollout.environment()) ? Optional.of("go") : Optional.empty();
            case "backup" -> actor.may(Permission.REPORT_BACKUP, rollout.environment())
                    ? Optional.of("backup")
                    : Optional.empty();
            default -> Optional.empty();
        };
    }

    private static boolean runsBefore(RolloutView.PhaseView phase) {
        return phase.blockers().stream().anyMatch(blocker -> blocker.type().equals("previous-phase"));
    }

    /** The phase that begins next; it may be decided on while the one before still runs. */
    private static Optional<RolloutView.PhaseView> next(RolloutView rollout) {
        return rollout.state() == RolloutState.WAITING || rollout.state() == RolloutState.RUNNING
                ? rollout.phases().stream().filter(phase -> phase.state() == PhaseState.WAITING).findFirst()
                : Optional.empty();
    }

    private static String whyItWaits(RolloutView rollout) {
        return next(rollout).flatMap(phase -> phase.blockers().stream().findFirst()).map(Blocker::message)
                .orElse(note(rollout));
    }

    private static String note(RolloutView rollout) {
        return rollout.note() == null ? "" : rollout.note();
    }
}
