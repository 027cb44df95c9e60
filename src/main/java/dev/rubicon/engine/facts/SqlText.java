package dev.rubicon.engine.facts;

import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Compares pieces of SQL, of which the server prints some in other words than their author wrote. */
final class SqlText {

    private static final Pattern CAST = Pattern
            .compile(
                    "::\\s*(\"[^\"]+\"|[a-z_][a-z_0-9.]*)( varying| precision|( with(out)?)? time zone)?(\\([0-9, ]+\\))?(\\[\\])*",
                    Pattern.CASE_INSENSITIVE);
    private static final Pattern LITERAL = Pattern.compile("'((?:[^']|'')*)'|\\b[0-9]+(?:\\.[0-9]+)?\\b");

    private SqlText() {}

    /** Without casts, parentheses, quotes and space, and in lower case. */
    static String plain(String sql) {
        return CAST.matcher(sql).replaceAll("").replaceAll("[()\\s'\"]", "").replace("public.", "")
                .toLowerCase(Locale.ROOT);
    }

    static boolean same(@Nullable String one, @Nullable String other) {
        return one == null || other == null
                ? one == other
                : plain(one).equals(plain(other)) || literals(one).equals(literals(other));
    }

    /** The same text, or one that names the same columns and values: the server writes IN and BETWEEN in other words. */
    static boolean alike(@Nullable Expression one, @Nullable Expression other) {
        return one == null || other == null
                ? one == other
                : plain(one.sql()).equals(plain(other.sql()))
                        || one.columns().equals(other.columns()) && printed(one, other)
                                && literals(one.sql()).equals(literals(other.sql()));
    }

    /** Whether one of the two is the server's print, which stands in parentheses of its own. */
    private static boolean printed(Expression one, Expression other) {
        return one.sql().startsWith("(") != other.sql().startsWith("(");
    }

    private static String literals(String sql) {
        return LITERAL.matcher(CAST.matcher(sql).replaceAll("")).results().map(MatchResult::group)
                .map(each -> each.replace("'", "")).collect(Collectors.toCollection(TreeSet::new)).toString();
    }

    /** The type in the server's words, with its modifiers; null for an unknown one. */
    static @Nullable String type(@Nullable TypeName type) {
        if (type == null) {
            return null;
        }
        // numeric(10) is short for numeric(10,0)
        List<Integer> modifiers = type.is("numeric") && type.modifiers().size() == 1
                ? List.of(type.modifiers().getFirst(), 0)
                : type.modifiers();
        String numbers = modifiers.isEmpty()
                ? ""
                : "(" + modifiers.stream().map(String::valueOf).collect(Collectors.joining(",")) + ")";
        String schema = type.schema() == null || type.schema().equals("public") ? "" : type.schema() + ".";
        return schema + type.name() + numbers + (type.array() ? "[]" : "");
    }
}
