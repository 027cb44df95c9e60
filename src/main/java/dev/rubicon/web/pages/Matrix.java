package dev.rubicon.web.pages;

import dev.rubicon.execution.PhaseRunState;
import dev.rubicon.gate.Blocker;
import dev.rubicon.rollout.PhaseState;
import dev.rubicon.rollout.RolloutView;
import dev.rubicon.rollout.RunState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Targets × phases, by wave, what failed first. A large fleet shows its first rows; the counts are of all.
 *
 * @param group the state that is filtered by, or empty
 * @param shown rows shown, of {@code matching}
 */
record Matrix(List<String> columns, List<Wave> waves, List<Filter> filters, String group, int shown, int matching,
        int total) {

    /** Of a target only one phase is in such a state, and the target's blocker is that one's. */
    private static final Set<PhaseRunState> STANDS_STILL = EnumSet.of(PhaseRunState.QUEUED, PhaseRunState.RUNNING,
            PhaseRunState.WAITING);

    /** Rows shown at once; the rest is one click away. */
    static final int ROWS = 120;

    /** @param shares how the wave's targets divide over the states, for the bar in its heading */
    record Wave(int number, int targets, List<Share> shares, List<Row> rows) {}

    /** @param from where the share begins, in percent of the wave */
    record Share(String tone, String word, int number, double from, double percent) {}

    record Row(String target, String href, Sign sign, String note, List<Cell> cells) {}

    /** @param percent done, while it moves; else null */
    record Cell(@Nullable Sign sign, String text, String title, @Nullable Integer percent) {
        static final Cell EMPTY = new Cell(null, "", "not begun", null);
    }

    /** @param group the word in the address, empty for all */
    record Filter(String group, String label, int number, boolean on) {}

    private enum Group {
        FAILED, MOVING, WAITING, DONE, LEFT_OUT;

        private static Group of(RolloutView.TargetView target) {
            return switch (target.state()) {
                case FAILED -> FAILED;
                case RUNNING, ROLLING_BACK -> MOVING;
                case QUEUED, WAITING, PAUSED -> WAITING;
                case DONE, ROLLED_BACK -> DONE;
                case CANCELLED, SKIPPED -> LEFT_OUT;
            };
        }

        private String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }

        private String tone() {
            return switch (this) {
                case FAILED -> "bad";
                case MOVING -> "now";
                case WAITING, LEFT_OUT -> "soft";
                case DONE -> "good";
            };
        }
    }

    static Matrix of(RolloutView rollout, @Nullable String group, boolean all) {
        boolean whole = group == null || group.isEmpty();
        List<RolloutView.TargetView> matching = rollout.targets().stream()
                .filter(target -> whole || Group.of(target).word().equals(group))
                .sorted(Comparator.comparing(RolloutView.TargetView::wave).thenComparing(Group::of)).toList();
        List<RolloutView.TargetView> shown = all || matching.size() <= ROWS
                ? matching
                : urgentFirst(matching).subList(0, ROWS);
        List<Wave> waves = rollout.targets().stream().map(RolloutView.TargetView::wave).distinct().sorted()
                .map(wave -> wave(wave, rollout, shown)).filter(wave -> whole || !wave.rows.isEmpty())
                .toList();
        return new Matrix(rollout.phases().stream().map(RolloutView.PhaseView::title).toList(), waves,
                filters(rollout.targets(), group), whole ? "" : String.valueOf(group), shown.size(), matching.size(),
                rollout.targets().size());
    }

    private static List<RolloutView.TargetView> urgentFirst(List<RolloutView.TargetView> targets) {
        return targets.stream().sorted(Comparator.comparing(Group::of)).toList();
    }

    private static Wave wave(int number, RolloutView rollout, List<RolloutView.TargetView> shown) {
        List<RolloutView.TargetView> members = rollout.targets().stream().filter(t -> t.wave() == number).toList();
        List<Row> rows = shown.stream().filter(target -> target.wave() == number)
                .map(target -> row(target, rollout)).toList();
        return new Wave(number + 1, members.size(), shares(members), rows);
    }

    private static List<Share> shares(List<RolloutView.TargetView> members) {
        var numbers = members.stream().collect(Collectors.groupingBy(Group::of, Collectors.counting()));
        List<Share> shares = new ArrayList<>();
        double from = 0;
        for (Group group : List.of(Group.DONE, Group.MOVING, Group.FAILED, Group.WAITING, Group.LEFT_OUT)) {
            int number = numbers.getOrDefault(group, 0L).intValue();
            if (number > 0) {
                double percent = 100.0 * number / members.size();
                shares.add(new Share(group.tone(), group.word(), number, from, percent));
                from += percent;
            }
        }
        return shares;
    }

    private static List<Filter> filters(List<RolloutView.TargetView> targets, @Nullable String on) {
        List<Filter> filters = new ArrayList<>();
        filters.add(new Filter("", "all", targets.size(), on == null || on.isEmpty()));
        for (Group group : Group.values()) {
            int number = (int) targets.stream().filter(target -> Group.of(target) == group).count();
            if (number > 0 || group.word().equals(on)) {
                filters.add(new Filter(group.word(), group.word(), number, group.word().equals(on)));
            }
        }
        return filters;
    }

    static Row row(RolloutView.TargetView target, RolloutView rollout) {
        String note = target.blocker() != null ? target.blocker().message() : note(target);
        return new Row(target.target(), "/rollouts/" + rollout.id() + "/runs/" + target.target(),
                Sign.of(target), note, cells(target, rollout));
    }

    private static String note(RolloutView.TargetView target) {
        String failure = target.phases().stream().map(RolloutView.Cell::failure).filter(text -> text != null)
                .reduce((first, second) -> second).orElse("");
        String note = target.note();
        return target.state() == RunState.FAILED && !failure.isEmpty() ? failure : note == null ? "" : note;
    }

    /** The first phase that has not begun says what it waits for; those behind it say nothing. */
    private static List<Cell> cells(RolloutView.TargetView target, RolloutView rollout) {
        List<Cell> cells = new ArrayList<>();
        boolean next = target.state() != RunState.CANCELLED && target.state() != RunState.SKIPPED;
        for (RolloutView.Cell cell : target.phases()) {
            PhaseRunState state = cell.state();
            if (state != null) {
                cells.add(cell(cell, state, target.blocker()));
            } else {
                cells.add(next ? waiting(rollout.phases().get(cell.phase())) : Cell.EMPTY);
            }
            next = next && state == PhaseRunState.DONE;
        }
        return cells;
    }

    private static Cell waiting(RolloutView.PhaseView phase) {
        if (phase.state() == PhaseState.WAITING && !phase.blockers().isEmpty()) {
            String what = String.join(", ", phase.blockers().stream().map(blocker -> blocker.type()).distinct()
                    .toList());
            return new Cell(new Sign("shut", "soft", "waits"), "waits", "waits for " + what, null);
        }
        return new Cell(new Sign("clock", "soft", "queued"), "queued", "waits for its turn", null);
    }

    private static Cell cell(RolloutView.Cell cell, PhaseRunState state, @Nullable Blocker blocker) {
        Blocker blocking = STANDS_STILL.contains(state) ? blocker : null;
        Sign sign = blocking == null ? Sign.of(state, cell.rollback()) : Sign.waits(blocking);
        String took = cell.milliseconds() == null ? "" : Amounts.duration(Duration.ofMillis(cell.milliseconds()));
        boolean moves = !state.ended() && cell.fraction() > 0;
        String text = switch (state) {
            case DONE, ROLLED_BACK -> took.isEmpty() ? sign.word() : took;
            case RUNNING -> moves && blocking == null ? Amounts.percent(cell.fraction()) + " %" : sign.word();
            case QUEUED, WAITING, PAUSING, PAUSED, CANCELLING, CANCELLED, FAILED -> sign.word();
        };
        String title = sign.word() + (took.isEmpty() ? "" : ", " + took)
                + (cell.failure() == null ? "" : ": " + cell.failure())
                + (blocking == null ? "" : ": " + blocking.message());
        return new Cell(sign, text, title, moves ? Amounts.percent(cell.fraction()) : null);
    }
}
