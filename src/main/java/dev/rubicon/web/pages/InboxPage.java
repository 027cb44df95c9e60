package dev.rubicon.web.pages;

import dev.rubicon.rollout.RolloutState;
import dev.rubicon.rollout.RolloutView;
import dev.rubicon.rollout.RunState;
import dev.rubicon.rollout.WaysBackDrilled;
import dev.rubicon.security.Actor;
import dev.rubicon.verification.Drifts;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Every rollout in exactly one of four lists, by what it asks of the reader. */
record InboxPage(List<RolloutList.Row> mine, List<RolloutList.Row> attention, List<Drifting> drifted,
        List<NoWayBack> broken,
        List<RolloutList.Row> moving, List<RolloutList.Row> done, String tabTitle, String tone) {

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

    private static final Duration LATELY = Duration.ofDays(7);

    static InboxPage of(List<RolloutView> all, List<Drifts.Drifted> drifted,
            List<WaysBackDrilled.Broken> broken, Actor actor, Instant now) {
        InboxPage page = new InboxPage(new ArrayList<>(), new ArrayList<>(), drifted.stream()
                .map(each -> new Drifting(each.target(), each.environment(), DriftPage.drifted(each.objects()),
                        Moment.of(each.since(), now)))
                .toList(), broken.stream().map(each -> NoWayBack.of(each, now)).toList(), new ArrayList<>(),
                new ArrayList<>(), "", "");
        for (RolloutView rollout : all) {
            RolloutList.Row row = RolloutList.Row.of(rollout, actor, now);
            if (troubled(rollout)) {
                page.attention.add(row);
            } else if (row.act().mine()) {
                page.mine.add(row);
            } else if (!rollout.state().ended()) {
                page.moving.add(row);
            } else if (rollout.endedAt() == null || rollout.endedAt().isAfter(now.minus(LATELY))) {
                page.done.add(row);
            }
        }
        String title = page.mine.isEmpty() ? "Inbox" : "● " + page.mine.size() + " waiting for you";
        String tone = !page.attention.isEmpty() || !page.broken.isEmpty()
                ? "bad"
                : page.mine.isEmpty() && page.drifted.isEmpty() ? "soft" : "hold";
        return new InboxPage(page.mine, page.attention, page.drifted, page.broken, page.moving, page.done, title, tone);
    }

    private static boolean troubled(RolloutView rollout) {
        return rollout.state() == RolloutState.FAILED || rollout.state() == RolloutState.ROLLBACK_FAILED
                || rollout.state() == RolloutState.PAUSED || !rollout.state().ended()
                        && rollout.targets().stream().anyMatch(target -> target.state() == RunState.FAILED);
    }

    /** Whether there is nothing at all, so that the page says how to begin. */
    public boolean empty() {
        return mine.isEmpty() && attention.isEmpty() && drifted.isEmpty() && broken.isEmpty() && moving.isEmpty() && done.isEmpty();
    }
}
