package dev.rubicon.engine.facts;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names inside of pieces of SQL that are kept as text. */
final class Words {

    private Words() {}

    /** Whether an index key is no column's name but an expression, in parentheses or a call. */
    static boolean isExpression(String key) {
        return key.contains("(");
    }

    /** Whether the text names the column. */
    static boolean has(String sql, String column) {
        return sql.contains(column) && word(column).matcher(sql).find();
    }

    /** The text with the column under another name. */
    static String renamed(String sql, String from, String to) {
        return sql.contains(from)
                ? word(from).matcher(sql).replaceAll(Matcher.quoteReplacement(Identifiers.quote(to)))
                : sql;
    }

    /** Bare or quoted, and no function's name. */
    private static Pattern word(String name) {
        String quoted = Pattern.quote('"' + name.replace("\"", "\"\"") + '"');
        return Pattern.compile(quoted + "|(?<![\\w\"$'])" + Pattern.quote(name) + "(?![\\w\"$'(])",
                Identifiers.quote(name).equals(name) ? Pattern.CASE_INSENSITIVE : 0);
    }
}
