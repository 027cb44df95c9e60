package dev.rubicon.web.pages;

import dev.rubicon.rollout.RolloutFilter;
import dev.rubicon.rollout.RolloutState;
import dev.rubicon.rollout.RolloutView;
import dev.rubicon.rollout.RunState;
import dev.rubicon.security.Actor;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The rollouts that match, newest first.
 *
 * @param older what the next page begins behind, or null on the last
 */
record RolloutList(List<Row> rows, List<Choice> states, List<String> environments, String state, String environment,
        String plan, boolean filtered, @Nullable Long older, String tabTitle, String tone) {

    /** How many a page shows. */
    static final int ROWS = 50;

    /**
     * One rollout in a list.
     *
     * @param line where it stands, in a sentence
     * @param pace how fast it moves, or an empty text
     */
    record Row(long id, String href, String plan, String title, String environment, Sign sign, SmallRail small,
            String line, Moment since, PrimaryAct act, String progress, String pace) {

        static Row of(RolloutView rollout, Actor actor, Instant now) {
            PrimaryAct act = PrimaryAct.of(rollout, actor);
            Instant since = rollout.endedAt() != null ? rollout.endedAt() : since(rollout);
            return new Row(rollout.id(), "/rollouts/" + rollout.id(), rollout.plan(), rollout.title(),
                    rollout.environment(), Sign.of(rollout.state()), SmallRail.of(rollout), RolloutList.line(rollout),
                    Moment.of(since, now), act, progress(rollout), "");
        }

        Row at(Pace pace) {
            return new Row(id, href, plan, title, environment, sign, small, pace.stuck() == null ? line : pace.stuck(),
                    since, act, progress, pace.words());
        }

        /** When it came to where it is: the newest beginning or end of a phase. */
        private static Instant since(RolloutView rollout) {
            return rollout.phases().stream()
                    .map(phase -> phase.doneAt() != null ? phase.doneAt() : phase.startedAt())
                    .filter(at -> at != null).max(Instant::compareTo).orElse(rollout.openedAt());
        }

        private static String progress(RolloutView rollout) {
            int here = Rail.here(rollout);
            if (here < 0 || !rollout.state().active()) {
                return "";
            }
            double fraction = rollout.phases().get(here).progress().fraction();
            return fraction > 0 ? Amounts.percent(fraction) + " %" : "";
        }

    }

    /** Where a rollout stands, in a sentence: what failed, or for what it waits. */
    static String line(RolloutView rollout) {
        long failed = rollout.targets().stream().filter(target -> target.state() == RunState.FAILED).count();
        if (failed == 0 && rollout.state() == RolloutState.FAILED && rollout.note() != null) {
            return rollout.note();
        }
        if (rollout.state() == RolloutState.FAILED || failed > 0) {
            return "failed on " + failed + " of " + Amounts.count(rollout.targets().size(), "target") + why(rollout);
        }
        int here = Rail.here(rollout);
        if (rollout.state() == RolloutState.ROLLED_BACK) {
            return rolledBack(rollout);
        }
        if (here < 0 || rollout.state().ended()) {
            return Amounts.count(rollout.targets().size(), "target");
        }
        RolloutView.PhaseView phase = rollout.phases().get(here);
        return phase.blockers().isEmpty()
                ? phase.title() + " · " + phase.progress().done() + " of "
                        + Amounts.count(rollout.targets().size(), "target")
                        + (rollout.state() == RolloutState.PAUSED && rollout.note() != null
                                ? " · " + rollout.note()
                                : "")
                : phase.title() + " waits: " + phase.blockers().getFirst().message()
                        + others(phase.blockers().size() - 1);
    }

    /** On how many targets nothing of it is left, and on how many of the others something is. */
    private static String rolledBack(RolloutView rollout) {
        long back = count(rollout, state -> state == RunState.ROLLED_BACK);
        long stands = count(rollout, state -> state == RunState.DONE || state == RunState.WAITING);
        return stands == 0
                ? Amounts.count(rollout.targets().size(), "target")
                : "rolled back on %d of %s; in effect on %d".formatted(back,
                        Amounts.count(rollout.targets().size(), "target"), stands);
    }

    private static long count(RolloutView rollout, Predicate<RunState> states) {
        return rollout.targets().stream().map(RolloutView.TargetView::state).filter(states).count();
    }

    /** The first failure's message, as far as a row has room for it. */
    private static String why(RolloutView rollout) {
        return rollout.targets().stream().flatMap(target -> target.phases().stream())
                .map(RolloutView.Cell::failure).filter(Objects::nonNull).findFirst()
                .map(message -> ": " + (message.length() <= LONGEST ? message : message.substring(0, LONGEST) + "…"))
                .orElse("");
    }

    private static String others(int more) {
        return more == 0 ? "" : " · and for " + more + " more";
    }

    private static final int LONGEST = 140;

    record Choice(String value, String label, boolean on) {}

    private static final Map<String, Predicate<RolloutState>> STATES = Map.of("open", state -> !state.ended(),
            "attention", state -> state == RolloutState.FAILED || state == RolloutState.ROLLBACK_FAILED
                    || state == RolloutState.PAUSED,
            "ended", RolloutState::ended);

    /** What is asked for: a word of {@link #STATES}, an environment, a part of a plan's name; empty for any. */
    record Wish(String state, String environment, String plan) {

        static Wish of(@Nullable String state, @Nullable String environment, @Nullable String plan) {
            return new Wish(state == null ? "" : state, environment == null ? "" : environment,
                    plan == null ? "" : plan.strip());
        }

        RolloutFilter filter() {
            return new RolloutFilter(RolloutFilter.in(STATES.getOrDefault(state, any -> true)).states(),
                    environment.isEmpty() ? null : environment, null, plan.isEmpty() ? null : plan, null);
        }
    }

    /** @param found one more than a page shows where there are more */
    static RolloutList of(List<RolloutView> found, Wish wish, List<String> environments, Actor actor, Instant now) {
        List<Row> rows = found.stream().limit(ROWS).map(rollout -> Row.of(rollout, actor, now)).toList();
        List<Choice> choices = List.of(new Choice("", "All", wish.state.isEmpty()),
                new Choice("open", "Open", wish.state.equals("open")),
                new Choice("attention", "Needs attention", wish.state.equals("attention")),
                new Choice("ended", "Ended", wish.state.equals("ended")));
        return new RolloutList(rows, choices, environments, wish.state, wish.environment, wish.plan,
                !(wish.state + wish.environment + wish.plan).isEmpty(),
                found.size() > ROWS ? rows.getLast().id() : null, title(found),
                troubled(found) > 0 ? "bad" : "soft");
    }

    private static long troubled(List<RolloutView> all) {
        return all.stream().filter(rollout -> rollout.state() == RolloutState.FAILED
                || rollout.state() == RolloutState.ROLLBACK_FAILED).count();
    }

    private static String title(List<RolloutView> all) {
        long moving = all.stream().filter(rollout -> rollout.state().active()).count();
        return troubled(all) > 0
                ? troubled(all) + " failed: Rollouts"
                : moving > 0 ? moving + " open: Rollouts" : "Rollouts";
    }
}
