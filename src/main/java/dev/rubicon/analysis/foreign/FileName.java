package dev.rubicon.analysis.foreign;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the names of migration files tell. */
public final class FileName {

    private static final Pattern UNDO = Pattern.compile("""
            (?i:
              (?:.*/)?(?:.+[._-])?(?:down|undo|rollback)(?:\\.\\w+)?\\.\\w+
            | (?:.*/)?(?:.+\\.)?revert\\.\\w+
            | (?:.*/)?(?:downs?|undo|rollbacks?|revert)/[^/]+
            )""", Pattern.COMMENTS);
    /** Flyway goes forward with V, R and B, and back with U, whatever the rest of the name says. */
    private static final Pattern FLYWAY = Pattern.compile("(?:.*/)?([VUB])[0-9][0-9._]*__[^/]*|(?:.*/)?(R)__[^/]*");
    private static final Pattern VERSIONED = Pattern.compile("[VUB]([0-9][0-9._]*)__(.*)");

    private FileName() {}

    /** Whether a file of this path undoes what another did. */
    public static boolean undoes(String path) {
        Matcher flyway = FLYWAY.matcher(path);
        return flyway.matches() ? "U".equals(flyway.group(1)) : UNDO.matcher(path).matches();
    }

    /**
     * The order in which migrations run: folder by folder, numbers by value, Flyway's repeatable files last.
     *
     * @param path of a file, with {@code /} between folders
     */
    public static <T> List<T> inRunningOrder(List<T> files, Function<T, String> path) {
        record Keyed<T>(T file, List<Part> key) {}
        return files.stream().map(file -> new Keyed<>(file, key(path.apply(file))))
                .sorted(Comparator.comparing(Keyed::key, FileName::compare)).map(Keyed::file).toList();
    }

    /** What comes first among the pieces that names are compared by. */
    private enum Rank {
        END, NUMBER, WORD, REPEATABLE
    }

    /** A piece of a path: digits without leading zeros, or what stands between them. */
    private record Part(Rank rank, String text) implements Comparable<Part> {
        @Override
        public int compareTo(Part other) {
            int order = rank.compareTo(other.rank);
            if (order == 0 && rank == Rank.NUMBER) {
                order = Integer.compare(text.length(), other.text.length());
            }
            return order == 0 ? text.compareTo(other.text) : order;
        }
    }

    private static int compare(List<Part> left, List<Part> right) {
        for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
            int order = left.get(i).compareTo(right.get(i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(left.size(), right.size());
    }

    private static List<Part> key(String path) {
        List<Part> parts = new ArrayList<>();
        for (String name : path.split("/", -1)) {
            Matcher versioned = VERSIONED.matcher(name);
            if (versioned.matches()) {
                // a version that ends comes before the one that goes on, 2 before 2.1, whatever is said of them
                pieces(versioned.group(1), parts);
                parts.add(new Part(Rank.END, ""));
                pieces(versioned.group(2), parts);
            } else if (name.startsWith("R__")) {
                parts.add(new Part(Rank.REPEATABLE, name));
            } else {
                pieces(name, parts);
            }
            parts.add(new Part(Rank.END, ""));
        }
        return parts;
    }

    private static void pieces(String name, List<Part> parts) {
        int from = 0;
        while (from < name.length()) {
            boolean digits = isDigit(name.charAt(from));
            int to = from + 1;
            while (to < name.length() && isDigit(name.charAt(to)) == digits) {
                to++;
            }
            int first = from;
            while (digits && first < to - 1 && name.charAt(first) == '0') {
                first++;
            }
            parts.add(new Part(digits ? Rank.NUMBER : Rank.WORD, name.substring(first, to)));
            from = to;
        }
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
