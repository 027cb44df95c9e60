package dev.rubicon.engine;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A statement with a question mark for each of its constants, and without its comments: what may be kept for ever where
 * the constants could be somebody's data or password. The server cuts long statements off, so a string may have no end.
 */
final class WithoutConstants {

    private static final Pattern PIECES = Pattern.compile("""
            (?<text> [eE]'[^'\\\\]*+(?:(?:''|\\\\.)[^'\\\\]*+)*+(?:'|\\z)
                   | (?:[bBxXnN]|[uU]&)?'[^']*+(?:''[^']*+)*+(?:'|\\z)
                   | \\$(?<tag>(?:[A-Za-z_]\\w*)?)\\$.*?(?:\\$\\k<tag>\\$|\\z) )
            | (?<keep> "[^"]*"? | [A-Za-z_\\x80-\\uffff][\\w$\\x80-\\uffff]*(?!['\\w]) )
            | (?<comment> --[^\\n]* | /\\*.*?(?:\\*/|\\z) )
            | (?<number> [0-9][\\w.]* )
            """, Pattern.COMMENTS | Pattern.DOTALL);

    /** Of a longer statement the beginning says enough. */
    private static final int MOST = 2_000;

    private WithoutConstants() {}

    static String of(String statement) {
        Matcher pieces = PIECES.matcher(statement.substring(0, Math.min(MOST, statement.length())));
        StringBuilder kept = new StringBuilder();
        while (pieces.find()) {
            String instead = pieces.group("keep") != null ? pieces.group() : pieces.group("comment") != null ? "" : "?";
            pieces.appendReplacement(kept, Matcher.quoteReplacement(instead));
        }
        return pieces.appendTail(kept).toString().strip();
    }
}
