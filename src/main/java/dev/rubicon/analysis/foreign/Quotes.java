package dev.rubicon.analysis.foreign;

/** Where what is quoted or commented ends. An end that is missing is the end of the text. */
final class Quotes {

    private Quotes() {}

    /** Behind a string constant; one that begins with E escapes by backslash. */
    static int string(String text, int open) {
        boolean escapes = open > 0 && (text.charAt(open - 1) == 'E' || text.charAt(open - 1) == 'e')
                && (open == 1 || !Character.isJavaIdentifierPart(text.charAt(open - 2)));
        if (!escapes) {
            return closing(text, open + 1, '\'');
        }
        for (int i = open + 1; i < text.length(); i++) {
            if (text.charAt(i) == '\\') {
                i++;
            } else if (text.charAt(i) == '\'') {
                return i + 1;
            }
        }
        return text.length();
    }

    /** Behind the next such quote; a doubled one ends the text and begins it anew, which comes to the same. */
    static int closing(String text, int from, char quote) {
        int close = text.indexOf(quote, from);
        return close < 0 ? text.length() : close + 1;
    }

    /** Behind a comment, which may hold others. */
    static int comment(String text, int open) {
        int depth = 1;
        int at = open + 2;
        while (at < text.length() && depth > 0) {
            boolean opens = text.startsWith("/*", at);
            boolean closes = text.startsWith("*/", at);
            depth += opens ? 1 : closes ? -1 : 0;
            at += opens || closes ? 2 : 1;
        }
        return at;
    }

    /** Before the break of the line. */
    static int lineEnd(String text, int at) {
        int end = text.indexOf('\n', at);
        end = end < 0 ? text.length() : end;
        return end > at && text.charAt(end - 1) == '\r' ? end - 1 : end;
    }
}
