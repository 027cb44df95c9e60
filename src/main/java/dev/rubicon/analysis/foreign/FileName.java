package dev.rubicon.analysis.foreign;

import java.math.BigInteger;
import java.util.Comparator;
import java.util.List;
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
    private static final Pattern REPEATABLE = Pattern.compile("R__.*");
    private static final Pattern PREFIX = Pattern.compile("[VUB](?=[0-9][0-9._]*__)");
    private static final Pattern PART = Pattern.compile("[0-9]+|[^0-9]+");

    private FileName() {}

    /** The order in which migrations run: folder by folder, numbers by value, Flyway's repeatable files last. */
    public static final Comparator<String> RUNNING_ORDER = FileName::compare;

    /** Whether a file of this path undoes what another did. */
    public static boolean undoes(String path) {
        Matcher flyway = FLYWAY.matcher(path);
        return flyway.matches() ? "U".equals(flyway.group(1)) : UNDO.matcher(path).matches();
    }

    private static int compare(String left, String right) {
        String[] a = left.split("/", -1);
        String[] b = right.split("/", -1);
        for (int i = 0; i < Math.min(a.length, b.length); i++) {
            int order = Integer.compare(rank(a[i]), rank(b[i]));
            order = order == 0 ? compareParts(unprefixed(a[i]), unprefixed(b[i])) : order;
            if (order != 0) {
                return order;
            }
        }
        int depth = Integer.compare(a.length, b.length);
        return depth == 0 ? left.compareTo(right) : depth;
    }

    private static int rank(String name) {
        return REPEATABLE.matcher(name).matches() ? 1 : 0;
    }

    private static String unprefixed(String name) {
        Matcher prefix = PREFIX.matcher(name);
        return prefix.lookingAt() ? name.substring(1).replaceFirst("__", "\0") : name;
    }

    /** A version that goes on ({@code 2.1}) comes behind the one that ends ({@code 2}). */
    private static int compareParts(String left, String right) {
        List<String> a = PART.matcher(left).results().map(found -> found.group()).toList();
        List<String> b = PART.matcher(right).results().map(found -> found.group()).toList();
        for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
            int order = comparePart(a.get(i), b.get(i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(a.size(), b.size());
    }

    private static int comparePart(String a, String b) {
        boolean numbers = Character.isDigit(a.charAt(0)) && Character.isDigit(b.charAt(0));
        return numbers ? new BigInteger(a).compareTo(new BigInteger(b)) : a.compareTo(b);
    }
}
