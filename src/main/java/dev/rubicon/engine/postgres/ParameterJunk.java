package dev.rubicon.engine.postgres;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds what PostgreSQL calls trailing junk after a parameter. */
final class ParameterJunk {

    private static final Pattern JUNK = Pattern
            .compile("\\$[0-9]+[A-Za-z_\\x{80}-\\x{10FFFF}][\\w$\\x{80}-\\x{10FFFF}]*");

    private ParameterJunk() {}

    static PgQuery.@Nullable SyntaxException in(String sql) {
        if (!mayHave(sql)) {
            return null;
        }
        Lexer token = new Lexer(sql, 0);
        while (token.next()) {
            if (token.is('$')) {
                Matcher junk = JUNK.matcher(sql).region(token.start(), sql.length());
                if (junk.lookingAt()) {
                    return new PgQuery.SyntaxException(
                            "trailing junk after parameter at or near \"" + junk.group() + "\"",
                            1 + sql.codePointCount(0, token.start()));
                }
            }
        }
        return null;
    }

    /** Quick: nearly every script has no parameter. */
    private static boolean mayHave(String sql) {
        for (int at = sql.indexOf('$'); at >= 0; at = sql.indexOf('$', at + 1)) {
            if (at + 1 < sql.length() && sql.charAt(at + 1) >= '0' && sql.charAt(at + 1) <= '9') {
                return true;
            }
        }
        return false;
    }
}
