package dev.rubicon.web.pages;

import dev.rubicon.plan.DataLoss;
import dev.rubicon.rollout.PhaseState;
import dev.rubicon.rollout.RolloutView;
import dev.rubicon.rollout.Rollouts;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Permission;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a rollback would do and lose, before it is confirmed.
 *
 * @param verdict the loss in one sentence
 * @param counted when the oldest of the counts was made, or null where nothing had to be counted
 * @param rehearsed how long it took in rehearsal, in a sentence
 * @param rehearsal where that is to be seen, or null
 * @param refusals why it would be refused now; empty when nothing is in the way
 * @param shown stands for all this, so that what is confirmed is what was shown
 * @param may whether this reader may roll back; anybody may see what it would lose
 */
record ReturnPage(long id, String plan, String title, String environment, int toPhase, List<String> targets,
        List<Choice> choices, String verdict, boolean losesSomething, @Nullable Moment counted, List<Loss> losses,
        List<String> steps,
        String rehearsed, @Nullable Rehearsed rehearsal, List<String> refusals, String shown, boolean may) {

    record Choice(int phase, String label, boolean on) {}

    /** The loss at one step, over all targets. */
    record Loss(String step, String loses, String rows, String where, String window) {}

    static ReturnPage of(RolloutView rollout, int toPhase, List<String> targets, Rollouts.ReturnPreview preview,
            @Nullable Rehearsed rehearsed, Actor actor, Instant now) {
        DataLoss worst = preview.losses().stream().map(Rollouts.Loss::dataLoss).max(Comparator.naturalOrder())
                .orElse(DataLoss.NONE);
        return new ReturnPage(rollout.id(), rollout.plan(), rollout.title(), rollout.environment(), toPhase, targets,
                choices(rollout, toPhase), verdict(preview, worst),
                worst.compareTo(DataLoss.DERIVED) > 0 || !isKnown(preview),
                counted(preview.losses(), now), losses(preview.losses()), preview.steps(),
                rehearsed(rehearsed, toPhase),
                rehearsed == null || rehearsed.took(toPhase).isEmpty() ? null : rehearsed, preview.refusals(),
                preview.digest(),
                actor.may(Permission.OPERATE, rollout.environment()));
    }

    /** Whether every ledger could be read, and every query that counts what is lost gave a number. */
    private static boolean isKnown(Rollouts.ReturnPreview preview) {
        return preview.unread().isEmpty() && preview.losses().stream().allMatch(loss -> loss.uncounted() == null);
    }

    private static String verdict(Rollouts.ReturnPreview preview, DataLoss worst) {
        String unread = preview.unread().isEmpty()
                ? ""
                : Amounts.count(preview.unread().size(), "target") + ", for the ledger cannot be read there";
        if (!unread.isEmpty() && preview.steps().isEmpty()) {
            return "What it loses is not known on " + unread + ".";
        }
        String rows = rows(preview.losses());
        return "It " + WayBack.loses(worst) + (rows.isEmpty() ? "" : ": " + rows)
                + (unread.isEmpty() ? "" : "; not known on " + unread) + ".";
    }

    /** How many rows are at risk, and on how many targets nobody could count; empty when there is nothing to say. */
    private static String rows(List<Rollouts.Loss> losses) {
        long rows = losses.stream().map(Rollouts.Loss::rows).filter(number -> number != null)
                .mapToLong(Long::longValue).sum();
        long uncounted = losses.stream().filter(loss -> loss.uncounted() != null).map(Rollouts.Loss::target).distinct()
                .count();
        String counted = rows == 0 ? "" : Amounts.count(rows, "row") + " now";
        return uncounted == 0
                ? counted
                : (counted.isEmpty() ? "" : "at least " + counted + ", ") + "not counted on "
                        + Amounts.count(uncounted, "target");
    }

    private static @Nullable Moment counted(List<Rollouts.Loss> losses, Instant now) {
        return losses.stream().map(Rollouts.Loss::countedAt).filter(Objects::nonNull).min(Comparator.naturalOrder())
                .map(at -> Moment.of(at, now)).orElse(null);
    }

    private static String rehearsed(@Nullable Rehearsed rehearsed, int toPhase) {
        String took = rehearsed == null ? "" : rehearsed.took(toPhase);
        return took.isEmpty()
                ? "This way back was never rehearsed on any of these targets."
                : "In rehearsal it took " + took + " on a shadow of one target.";
    }

    /** The newest phase that has begun: the smallest way back. */
    static int newestBegun(RolloutView rollout) {
        return rollout.phases().stream().filter(phase -> phase.state() != PhaseState.WAITING)
                .mapToInt(RolloutView.PhaseView::index).max().orElse(0);
    }

    private static List<Choice> choices(RolloutView rollout, int toPhase) {
        int newest = newestBegun(rollout);
        return rollout.phases().stream().filter(phase -> phase.index() <= newest)
                .map(phase -> new Choice(phase.index(), phase.index() == 0
                        ? "everything"
                        : phase.index() == newest ? phase.title() : phase.title() + " and all behind it",
                        phase.index() == toPhase))
                .toList().reversed();
    }

    private static List<Loss> losses(List<Rollouts.Loss> losses) {
        return losses.stream().collect(Collectors.groupingBy(Rollouts.Loss::step, java.util.LinkedHashMap::new,
                Collectors.toList())).values().stream().map(ReturnPage::loss).toList();
    }

    private static Loss loss(List<Rollouts.Loss> same) {
        Rollouts.Loss first = same.getFirst();
        boolean counted = same.stream().allMatch(loss -> loss.rows() != null);
        String rows = counted
                ? Amounts.count(same.stream().mapToLong(loss -> Objects.requireNonNull(loss.rows())).sum(), "row")
                : rows(same);
        String where = same.size() == 1 ? first.target() : Amounts.count(same.size(), "target");
        @Nullable
        String window = first.window();
        return new Loss(first.step(), WayBack.loses(first.dataLoss()), rows,
                where, window == null ? "" : window);
    }
}
