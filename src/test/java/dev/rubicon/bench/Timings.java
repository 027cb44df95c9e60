package dev.rubicon.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Figures of each side, like the seconds that it took, round by round; a ratio is that of one round, for machines change
 * their mood.
 */
final class Timings<S> {

    private final Map<S, List<Double>> figures = new LinkedHashMap<>();

    void add(S side, double figure) {
        figures.computeIfAbsent(side, none -> new ArrayList<>()).add(figure);
    }

    int rounds() {
        return figures.values().stream().mapToInt(List::size).min().orElse(0);
    }

    boolean has(S side) {
        return figures.containsKey(side);
    }

    double median(S side) {
        return median(of(side));
    }

    /** The median of the rounds' ratios. */
    double times(S side, S base) {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < rounds(); i++) {
            ratios.add(of(side).get(i) / of(base).get(i));
        }
        return median(ratios);
    }

    private List<Double> of(S side) {
        return Objects.requireNonNull(figures.get(side), () -> "nothing was measured of " + side);
    }

    private static double median(List<Double> values) {
        return Goal.median(values.stream().mapToDouble(Double::doubleValue).toArray());
    }
}
