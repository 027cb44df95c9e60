package dev.rubicon.web.pages;

import dev.rubicon.plan.PlanRevision;
import dev.rubicon.rollout.PhaseState;
import dev.rubicon.rollout.RolloutView;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The crossing, small: what stands for a plan or rollout in every list.
 *
 * @param width of the drawing, in pixels; it is 22 high
 * @param river where the point of no return crosses, or null without one
 * @param spoken the same in a sentence, for those who do not see it
 */
record SmallRail(int width, List<Stop> stops, @Nullable Integer river, String spoken) {

    private static final int STEP = 30;
    private static final int RIVER = 14;

    /**
     * @param x the middle of the node
     * @param from where the leg to it begins
     * @param done how far the leg's green goes
     */
    record Stop(int x, int from, int done, String tone, String icon) {}

    private record Part(Sign sign, double fraction, String spoken) {}

    static SmallRail of(RolloutView rollout) {
        List<Part> parts = rollout.phases().stream().map(phase -> new Part(Sign.of(phase.state()),
                phase.state() == PhaseState.DONE ? 1 : phase.progress().fraction(), spoken(phase))).toList();
        var river = rollout.pointOfNoReturn();
        return draw(parts, river == null ? null : river.phase());
    }

    static SmallRail of(PlanRevision revision) {
        List<Part> parts = revision.document().phases().stream()
                .map(phase -> new Part(new Sign("dot", "soft", ""), 0, phase.kind().word())).toList();
        Integer river = IntStream.range(0, parts.size()).filter(revision::overTheRiver).boxed().findFirst()
                .orElse(null);
        return draw(parts, river);
    }

    private static String spoken(RolloutView.PhaseView phase) {
        String progress = phase.state() == PhaseState.RUNNING
                ? " " + Amounts.percent(phase.progress().fraction()) + " %"
                : "";
        return phase.phase() + " " + Sign.of(phase.state()).word() + progress;
    }

    private static SmallRail draw(List<Part> parts, @Nullable Integer riverBefore) {
        List<Stop> stops = new ArrayList<>();
        List<String> spoken = new ArrayList<>();
        Integer river = null;
        int x = 0;
        for (int i = 0; i < parts.size(); i++) {
            Part part = parts.get(i);
            int from = x;
            if (riverBefore != null && riverBefore == i) {
                river = x + STEP / 2 - 2;
                x += RIVER;
                spoken.add("the point of no return");
            }
            x += i == 0 && river == null ? 11 : STEP;
            stops.add(new Stop(x, from, from + (int) Math.round((x - from) * part.fraction), part.sign.tone(),
                    part.sign.icon()));
            spoken.add(part.spoken);
        }
        return new SmallRail(x + 11, stops, river, String.join(", ", spoken));
    }
}
