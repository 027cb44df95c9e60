package dev.rubicon.plan;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The difference of two texts in the unified format, with three lines around each change. */
public final class UnifiedDiff {

    private static final int AROUND = 3;
    /** Above so many cells the table of common subsequences would cost more memory than a diff is worth. */
    private static final long MOST_CELLS = 4_000_000;

    private final List<String> from;
    private final List<String> to;
    private final List<Line> lines = new ArrayList<>();

    /**
     * @param sign {@code ' '}, {@code '-'} or {@code '+'}
     * @param before lines of the old text before this one
     * @param behind lines of the new text before this one
     */
    private record Line(char sign, String text, int before, int behind) {}

    /**
     * Two lines side by side.
     *
     * @param old null where the new text has a line more
     * @param young null where the old text had a line more
     */
    public record Row(@Nullable String old, @Nullable String young) {

        public boolean same() {
            return old != null && old.equals(young);
        }
    }

    private UnifiedDiff(String from, String to) {
        this.from = from.lines().toList();
        this.to = to.lines().toList();
    }

    /** Empty when the texts have the same lines. */
    public static String of(String from, String to, String fromName, String toName) {
        UnifiedDiff diff = new UnifiedDiff(from, to);
        diff.compare();
        String hunks = diff.hunks();
        return hunks.isEmpty() ? "" : "--- " + fromName + "\n+++ " + toName + "\n" + hunks;
    }

    /** All lines of both texts; those that changed stand beside those in whose place they came. */
    public static List<Row> sideBySide(String from, String to) {
        UnifiedDiff diff = new UnifiedDiff(from, to);
        diff.compare();
        List<Row> rows = new ArrayList<>();
        List<String> gone = new ArrayList<>();
        List<String> come = new ArrayList<>();
        for (Line line : diff.lines) {
            switch (line.sign) {
                case '-' -> gone.add(line.text);
                case '+' -> come.add(line.text);
                default -> {
                    pair(rows, gone, come);
                    rows.add(new Row(line.text, line.text));
                }
            }
        }
        pair(rows, gone, come);
        return rows;
    }

    private static void pair(List<Row> rows, List<String> gone, List<String> come) {
        for (int i = 0; i < Math.max(gone.size(), come.size()); i++) {
            rows.add(new Row(i < gone.size() ? gone.get(i) : null, i < come.size() ? come.get(i) : null));
        }
        gone.clear();
        come.clear();
    }

    private void compare() {
        int head = 0;
        int shorter = Math.min(from.size(), to.size());
        while (head < shorter && from.get(head).equals(to.get(head))) {
            add(' ', from.get(head), head, head++);
        }
        int tail = 0;
        while (tail < shorter - head
                && from.get(from.size() - 1 - tail).equals(to.get(to.size() - 1 - tail))) {
            tail++;
        }
        middle(head, from.size() - tail, to.size() - tail);
        for (int i = tail; i > 0; i--) {
            add(' ', from.get(from.size() - i), from.size() - i, to.size() - i);
        }
    }

    private void middle(int head, int fromEnd, int toEnd) {
        int rows = fromEnd - head;
        int columns = toEnd - head;
        int[][] common = (long) rows * columns > MOST_CELLS ? new int[0][0] : common(head, rows, columns);
        int i = 0;
        int j = 0;
        while (i < rows || j < columns) {
            boolean table = common.length > 0;
            if (table && i < rows && j < columns && from.get(head + i).equals(to.get(head + j))) {
                add(' ', from.get(head + i), head + i++, head + j++);
            } else if (j >= columns || (i < rows && (!table || common[i + 1][j] >= common[i][j + 1]))) {
                add('-', from.get(head + i), head + i++, head + j);
            } else {
                add('+', to.get(head + j), head + i, head + j++);
            }
        }
    }

    /** Length of the longest common subsequence of what is left of both from each pair of lines on. */
    private int[][] common(int head, int rows, int columns) {
        int[][] common = new int[rows + 1][columns + 1];
        for (int i = rows - 1; i >= 0; i--) {
            for (int j = columns - 1; j >= 0; j--) {
                common[i][j] = from.get(head + i).equals(to.get(head + j))
                        ? common[i + 1][j + 1] + 1
                        : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        return common;
    }

    private void add(char sign, String text, int before, int behind) {
        lines.add(new Line(sign, text, before, behind));
    }

    private String hunks() {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < lines.size();) {
            if (lines.get(i).sign == ' ') {
                i++;
                continue;
            }
            int begin = Math.max(i - AROUND, 0);
            int end = endOfHunk(i);
            hunk(out, lines.subList(begin, end));
            i = end;
        }
        return out.toString();
    }

    private int endOfHunk(int change) {
        int last = change;
        for (int i = change; i < lines.size() && i - last <= 2 * AROUND; i++) {
            last = lines.get(i).sign == ' ' ? last : i;
        }
        return Math.min(last + AROUND + 1, lines.size());
    }

    private static void hunk(StringBuilder out, List<Line> hunk) {
        long old = hunk.stream().filter(line -> line.sign != '+').count();
        long young = hunk.stream().filter(line -> line.sign != '-').count();
        Line first = hunk.getFirst();
        out.append("@@ -").append(range(first.before, old)).append(" +").append(range(first.behind, young))
                .append(" @@\n");
        hunk.forEach(line -> out.append(line.sign).append(line.text).append('\n'));
    }

    private static String range(int before, long count) {
        return (count == 0 ? before : before + 1) + "," + count;
    }
}
