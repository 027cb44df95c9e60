package dev.rubicon.analysis.rules;

import dev.rubicon.engine.facts.Expression;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Tells a condition that names single rows from one that may meet any number. */
final class FewRows {

    private static final String COLUMN = "(?:[a-z_0-9]+\\.)?\"?[a-z_0-9]+\"?";
    private static final String CONSTANT = "(?:'(?:[^']|'')*'(?:::[a-z_ ]+)?|-?[0-9.]+)";
    private static final String NAMED = COLUMN + "\\s*(?:=\\s*" + CONSTANT + "|in\\s*\\(\\s*" + CONSTANT
            + "(?:\\s*,\\s*"
            + CONSTANT + ")*\\s*\\))";
    private static final Pattern FEW = Pattern.compile("\\(?\\s*" + NAMED + "(?:\\s+and\\s+" + NAMED + ")*\\s*\\)?",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern ALL = Pattern.compile("[\\s(]*(?:true|(-?[0-9.]+|'[^']*')\\s*=\\s*\\1)[\\s)]*",
            Pattern.CASE_INSENSITIVE);
    private static final int LONGEST = 2_000;

    private FewRows() {}

    /** Whether every row meets the condition: there is none, or one like {@code 1 = 1} that only stands in for one. */
    static boolean all(@Nullable Expression where) {
        return where == null || where.constant() && where.sql().length() <= LONGEST
                && ALL.matcher(where.sql()).matches();
    }

    /** Whether the condition asks for equality with constants alone, as one does to mean certain rows. */
    static boolean few(Expression where) {
        String sql = where.sql().strip();
        return sql.length() <= LONGEST && FEW.matcher(sql).matches();
    }
}
