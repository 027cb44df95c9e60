package dev.rubicon.web.pages;

import dev.rubicon.rollout.RolloutState;
import dev.rubicon.rollout.RolloutView;
import dev.rubicon.rollout.RunState;
import dev.rubicon.security.Actor;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The rollouts that match, newest first. */
record RolloutList(List<Row> rows, List<Choice> states, List<String> environments, String state, String environment,
        String plan, boolean filtered, String tabTitle, String tone) {

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
        if (rollout.state() == RolloutState.FAILED || failed > 0) {
            return "failed on " + failed + " of " + Amounts.count(rollout.targets().size(), "target");
        }
        int here = Rail.here(rollout);
        if (here < 0 || rollout.state().ended()) {
            return Amounts.count(rollout.targets().size(), "target");
        }
        RolloutView.PhaseView phase = rollout.phases().get(here);
        return phase.blockers().isEmpty()
                ? phase.title() + " · " + phase.progress().done() + " of "
                        + Amounts.count(rollout.targets().size(), "target")
                : phase.title() + " waits: " + phase.blockers().getFirst().message()
                        + others(phase.blockers().size() - 1);
    }

    private static String others(int more) {
        return more == 0 ? "" : " · and for " + more + " more";
    }

    record Choice(String value, String label, boolean on) {}

    private static final Map<String, Predicate<RolloutState>> STATES = Map.of("open", state -> !state.ended(),
            "attention", state -> state == RolloutState.FAILED || state == RolloutState.ROLLBACK_FAILED
                    || state == RolloutState.PAUSED,
            "ended", RolloutState::ended);

    static RolloutList of(List<RolloutView> all, @Nullable String state, @Nullable String environment,
            @Nullable String plan, Actor actor, Instant now) {
        String wanted = state == null ? "" : state;
        String where = environment == null ? "" : environment;
        String what = plan == null ? "" : plan.strip();
        Predicate<RolloutState> matches = STATES.getOrDefault(wanted, any -> true);
        List<Row> rows = all.stream().filter(rollout -> matches.test(rollout.state()))
                .filter(rollout -> where.isEmpty() || rollout.environment().equals(where))
                .filter(rollout -> rollout.plan().contains(what)).map(rollout -> Row.of(rollout, actor, now)).toList();
        List<Choice> choices = List.of(new Choice("", "All", wanted.isEmpty()),
                new Choice("open", "Open", wanted.equals("open")),
                new Choice("attention", "Needs attention", wanted.equals("attention")),
                new Choice("ended", "Ended", wanted.equals("ended")));
        return new RolloutList(rows, choices, all.stream().map(RolloutView::environment).distinct().sorted().toList(),
                wanted, where, what, !(wanted + where + what).isEmpty(), title(all),
                troubled(all) > 0 ? "bad" : "soft");
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
