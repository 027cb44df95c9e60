package dev.rubicon.web.pages;

import dev.rubicon.rollout.PhaseState;
import dev.rubicon.rollout.RolloutState;
import dev.rubicon.rollout.RolloutView;
import dev.rubicon.rollout.RunState;
import dev.rubicon.rollout.WaysBackDrilled;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Permission;
import dev.rubicon.verification.Drifts;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** Every rollout in exactly one of four lists, by what it asks of the reader; and what else needs somebody. */
record InboxPage(List<RolloutList.Row> mine, List<RolloutList.Row> attention, List<Drifting> drifted,
        List<Stale> stale, List<NoWayBack> broken, List<RolloutList.Row> moving, List<RolloutList.Row> done,
        String tabTitle, String tone) {

    /** A target that is not what it should be. */
    record Drifting(String target, String environment, Sign sign, Moment since) {}

    /** A rollout whose way back broke on a target. */
    record NoWayBack(long rollout, String plan, String target, String environment, Sign sign, String words,
            Moment since) {

        static NoWayBack of(WaysBackDrilled.Broken broken, Instant now) {
            return new NoWayBack(broken.rollout(), broken.plan(), broken.target(), broken.environment(),
                    DrilledPart.sign(WaysBackDrilled.Stand.BROKEN), broken.words(), Moment.of(broken.at(), now));
        }
    }

    /**
     * A rehearsal on which a decision would rest, and whose target is not what was rehearsed any more.
     *
     * @param moved the first of what has moved
     * @param label what this reader can do about it
     */
    record Stale(long rollout, SmallRail small, String plan, String title, String environment, String words,
            String moved, Moment since,
            String href, String label) {}

    private static final Sign STALE = new Sign("warn", "hold", "rehearsal stale");
    private static final Duration LATELY = Duration.ofDays(7);

    /**
     * What is looked at besides of single rollouts, by their numbers.
     *
     * @param paces of what moves
     * @param rehearsed on what a decision would rest, of what has not begun
     */
    record Looked(Map<Long, Pace> paces, Map<Long, Rehearsed> rehearsed) {}

    static InboxPage of(List<RolloutView> all, List<Drifts.Drifted> drifted,
            List<WaysBackDrilled.Broken> broken, Looked looked, Actor actor, Instant now) {
        InboxPage page = new InboxPage(new ArrayList<>(), new ArrayList<>(), drifted.stream()
                .map(each -> new Drifting(each.target(), each.environment(), DriftPage.drifted(each.objects()),
                        Moment.of(each.since(), now)))
                .toList(),
                all.stream().flatMap(rollout -> Stream.ofNullable(looked.rehearsed.get(rollout.id()))
                        .flatMap(rehearsed -> stale(rollout, rehearsed, actor))).toList(),
                broken.stream().map(each -> NoWayBack.of(each, now)).toList(), new ArrayList<>(),
                new ArrayList<>(), "", "");
        for (RolloutView rollout : all) {
            page.sort(rollout, Objects.requireNonNullElse(looked.paces.get(rollout.id()), Pace.UNKNOWN), actor, now);
        }
        return new InboxPage(page.mine, page.attention, page.drifted, page.stale, page.broken, page.moving, page.done,
                page.state(), page.colour());
    }

    private void sort(RolloutView rollout, Pace pace, Actor actor, Instant now) {
        RolloutList.Row row = RolloutList.Row.of(rollout, actor, now).at(pace);
        if (troubled(rollout) || pace.stuck() != null) {
            attention.add(row);
        } else if (row.act().mine()) {
            mine.add(row);
        } else if (!rollout.state().ended()) {
            moving.add(row);
        } else if (rollout.endedAt() == null || rollout.endedAt().isAfter(now.minus(LATELY))) {
            done.add(row);
        }
    }

    private String state() {
        int trouble = needing();
        return mine.isEmpty()
                ? trouble == 0 ? "Inbox" : "Inbox: " + trouble + " need attention"
                : "● " + mine.size() + " waiting for you";
    }

    private String colour() {
        return !attention.isEmpty() || !broken.isEmpty()
                ? "bad"
                : mine.isEmpty() && drifted.isEmpty() && stale.isEmpty() ? "soft" : "hold";
    }

    private static boolean troubled(RolloutView rollout) {
        return rollout.state() == RolloutState.FAILED || rollout.state() == RolloutState.ROLLBACK_FAILED
                || rollout.state() == RolloutState.PAUSED || !rollout.state().ended()
                        && rollout.targets().stream().anyMatch(target -> target.state() == RunState.FAILED);
    }

    /** Whether its first phase is still to be decided on: behind that the schema has moved by what was rehearsed. */
    static boolean undecided(RolloutView rollout) {
        return !rollout.state().ended() && !rollout.phases().isEmpty()
                && rollout.phases().getFirst().state() == PhaseState.WAITING;
    }

    private static Stream<Stale> stale(RolloutView rollout, Rehearsed rehearsed, Actor actor) {
        return rehearsed.moved().stream().limit(1).map(moved -> new Stale(rollout.id(), SmallRail.of(rollout),
                rollout.plan(), rollout.title(), rollout.environment(), "rehearsal " + rehearsed.words(), moved,
                rehearsed.looked(), rehearsed.href(), actor.may(Permission.OPEN_ROLLOUT, rollout.environment())
                        ? "Rehearse again…"
                        : "See what moved"));
    }

    public Sign staleSign() {
        return STALE;
    }

    public int needing() {
        return attention.size() + drifted.size() + stale.size() + broken.size();
    }

    /** Whether there is nothing at all, so that the page says how to begin. */
    public boolean empty() {
        return mine.isEmpty() && needing() == 0 && moving.isEmpty() && done.isEmpty();
    }
}
