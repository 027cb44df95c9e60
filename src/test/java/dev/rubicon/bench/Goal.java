package dev.rubicon.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A number that was measured, beside the number that it has to reach. */
public record Goal(String what, double result, Bound bound, double limit) {

    public enum Bound {
        AT_MOST("≤"), AT_LEAST("≥");

        private final String sign;

        Bound(String sign) {
            this.sign = sign;
        }
    }

    public static Goal atMost(String what, double result, double limit) {
        return new Goal(what, result, Bound.AT_MOST, limit);
    }

    public static Goal atLeast(String what, double result, double limit) {
        return new Goal(what, result, Bound.AT_LEAST, limit);
    }

    boolean met() {
        return switch (bound) {
            case AT_MOST -> result <= limit;
            case AT_LEAST -> result >= limit;
        };
    }

    String verdict() {
        return met() ? "met" : "**not met**";
    }

    public static String table(List<Goal> goals) {
        List<String> rows = goals.stream().map(goal -> String.format(Locale.ROOT, "| %s | %.2f | %s %.2f | %s |",
                goal.what, goal.result, goal.bound.sign, goal.limit, goal.verdict())).toList();
        return "| | measured | goal | |\n|---|---|---|---|\n" + String.join("\n", rows);
    }

    /** Of an even number of values the mean of the middle two. */
    public static double median(double... values) {
        double[] sorted = Arrays.stream(values).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
