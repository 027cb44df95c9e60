package dev.rubicon.plan;

import java.util.Collection;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** What somebody who mistyped a word may have meant. */
final class Nearest {

    private Nearest() {}

    static @Nullable String to(String word, Collection<String> known) {
        return known.stream().filter(each -> distance(word, each) <= Math.max(1, each.length() / 3))
                .min(Comparator.comparingInt(each -> distance(word, each))).orElse(null);
    }

    /** Edits between the words, letters of either case alike; a swap of two neighbours counts as one. */
    private static int distance(String one, String other) {
        String a = one.length() > 60 ? one.substring(0, 60) : one;
        int[][] cost = new int[a.length() + 1][other.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= other.length(); j++) {
                cost[i][j] = i == 0 || j == 0 ? i + j : cheapest(cost, a, other, i, j);
            }
        }
        return cost[a.length()][other.length()];
    }

    private static int cheapest(int[][] cost, String a, String b, int i, int j) {
        boolean same = Character.toLowerCase(a.charAt(i - 1)) == Character.toLowerCase(b.charAt(j - 1));
        int best = Math.min(cost[i - 1][j - 1] + (same ? 0 : 1), Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
        boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(best, cost[i - 2][j - 2] + 1) : best;
    }
}
