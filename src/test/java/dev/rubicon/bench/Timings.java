package dev.rubicon.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Seconds that each side took, round by round; a ratio is that of one round, for machines change their mood. */
final class Timings<S> {

    private final Map<S, List<Double>> seconds = new LinkedHashMap<>();

    void add(S side, double taken) {
        seconds.computeIfAbsent(side, none -> new ArrayList<>()).add(taken);
    }

    int rounds() {
        return seconds.values().stream().mapToInt(List::size).min().orElse(0);
    }

    boolean has(S side) {
        return seconds.containsKey(side);
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
        return Objects.requireNonNull(seconds.get(side), () -> "nothing was measured of " + side);
    }

    private static double median(List<Double> values) {
        return Goal.median(values.stream().mapToDouble(Double::doubleValue).toArray());
    }
}
