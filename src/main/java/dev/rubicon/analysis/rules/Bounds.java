package dev.rubicon.analysis.rules;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the bound of a partition in a statement that the grammar has read already. */
final class Bounds {

    private static final Pattern VALUES = Pattern.compile("\\bFOR\\s+VALUES\\s+(IN|WITH|FROM)\\s*\\(",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern TO = Pattern.compile("\\s*TO\\s*\\(", Pattern.CASE_INSENSITIVE);

    private Bounds() {}

    /** {@code FOR VALUES …} as the author wrote it, or {@code DEFAULT}. */
    static String of(String sql) {
        Matcher values = VALUES.matcher(sql);
        if (!values.find()) {
            return "DEFAULT";
        }
        int end = closing(sql, values.end());
        Matcher to = TO.matcher(sql).region(end, sql.length());
        return sql.substring(values.start(), to.lookingAt() ? closing(sql, to.end()) : end);
    }

    /** The offset behind the parenthesis that closes the one before {@code from}; quoted text is passed over. */
    private static int closing(String sql, int from) {
        int depth = 1;
        boolean quoted = false;
        int at = from;
        while (at < sql.length() && depth > 0) {
            char c = sql.charAt(at++);
            if (c == '\'') {
                quoted = !quoted;
            } else if (!quoted) {
                depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            }
        }
        return at;
    }
}
