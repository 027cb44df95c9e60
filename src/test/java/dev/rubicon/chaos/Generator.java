package dev.rubicon.chaos;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Draws plans: the same seed gives the same plan. */
final class Generator {

    private static final List<String> KINDS = List.of("expand", "migrate", "contract");
    private static final int MOST_PHASES = 4;
    private static final int MOST_STEPS = 5;

    private final Random random;

    Generator(Random random) {
        this.random = random;
    }

    /** A plan of one to four phases of one to five steps. */
    RandomPlan plan(String name) {
        List<List<PlannedStep>> strands = strands();
        List<List<PlannedStep>> phases = new ArrayList<>();
        for (String kind : KINDS) {
            phases.addAll(cut(woven(strands.stream()
                    .map(strand -> strand.stream().filter(step -> step.phase().equals(kind)).toList()).toList()),
                    kind.equals("contract")));
        }
        if (phases.size() > MOST_PHASES || phases.stream().anyMatch(phase -> phase.size() > MOST_STEPS)) {
            return plan(name);
        }
        return new RandomPlan(name, "app-" + name, phases);
    }

    private List<List<PlannedStep>> strands() {
        Set<Strands.Kind> drawn = EnumSet.noneOf(Strands.Kind.class);
        List<List<PlannedStep>> strands = new ArrayList<>();
        int many = 1 + random.nextInt(4);
        while (strands.size() < many) {
            Strands.Kind kind = Strands.Kind.values()[random.nextInt(Strands.Kind.values().length)];
            boolean secondRiver = kind.river() && drawn.stream().anyMatch(Strands.Kind::river);
            boolean both = kind.partitions() && drawn.stream().anyMatch(Strands.Kind::partitions);
            if (!secondRiver && !both && (drawn.add(kind) || !kind.once())) {
                strands.add(Strands.of(kind, random, strands.size() + 1));
            }
        }
        return strands;
    }

    /** The steps of all strands, each in its own order, mixed. */
    private List<PlannedStep> woven(List<List<PlannedStep>> strands) {
        List<List<PlannedStep>> left = new ArrayList<>(strands.stream().map(ArrayList::new).toList());
        List<PlannedStep> woven = new ArrayList<>();
        left.removeIf(List::isEmpty);
        while (!left.isEmpty()) {
            woven.add(left.get(random.nextInt(left.size())).removeFirst());
            left.removeIf(List::isEmpty);
        }
        return woven;
    }

    private List<List<PlannedStep>> cut(List<PlannedStep> steps, boolean whole) {
        if (steps.isEmpty()) {
            return List.of();
        }
        if (steps.size() == 1 || whole || random.nextInt(3) > 0 && steps.size() <= MOST_STEPS) {
            return List.of(steps);
        }
        int at = 1 + random.nextInt(steps.size() - 1);
        return List.of(steps.subList(0, at), steps.subList(at, steps.size()));
    }
}
