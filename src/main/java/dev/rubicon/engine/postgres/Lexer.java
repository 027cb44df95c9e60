package dev.rubicon.engine.postgres;

/**
 * Walks over a script's tokens as PostgreSQL's scanner cuts them, as far as it takes to tell text from comments, strings
 * and punctuation: an operator comes character by character, a number with what is glued to it. Counts UTF-16 units. A
 * string or comment without end reaches to the end of the text.
 */
final class Lexer {

    /** What a token is. */
    enum Kind {
        /** A keyword or a name without quotes. */
        WORD,
        /** A string constant, of any way to write one. */
        STRING,
        /** A name in double quotes. */
        QUOTED_NAME,
        /** A number, or one character of punctuation. */
        OTHER
    }

    private final String text;
    private int start;
    private int end;
    private Kind kind = Kind.OTHER;

    Lexer(String text, int from) {
        this.text = text;
        this.end = from;
    }

    /** Goes to the next token; false at the end of the text. */
    boolean next() {
        start = afterSpace(end);
        if (start >= text.length()) {
            end = text.length();
            return false;
        }
        scan();
        return true;
    }

    int start() {
        return start;
    }

    int end() {
        return end;
    }

    Kind kind() {
        return kind;
    }

    boolean is(char punctuation) {
        return kind == Kind.OTHER && text.charAt(start) == punctuation;
    }

    /** @param word in lower case */
    boolean is(String word) {
        return kind == Kind.WORD && end - start == word.length()
                && text.regionMatches(true, start, word, 0, word.length());
    }

    private void scan() {
        char c = text.charAt(start);
        int quote = c == 'U' || c == 'u' ? start + 2 : start + 1;
        if (c == '\'') {
            string(start, false);
        } else if (c == '"') {
            name(start);
        } else if (c == '$' && tagEnd(start) > 0) {
            dollarString();
        } else if (prefixes(c, quote)) {
            prefixed(c, quote);
        } else if (startsName(c)) {
            run(Kind.WORD);
        } else if (digit(c)) {
            run(Kind.OTHER);
        } else {
            kind = Kind.OTHER;
            end = start + 1;
        }
    }

    /** Whether the letter belongs to a quote: E'…', B'…', X'…', N'…', U&'…', U&"…". */
    private boolean prefixes(char c, int quote) {
        if (quote >= text.length()) {
            return false;
        }
        return switch (c) {
            case 'e', 'E', 'b', 'B', 'x', 'X', 'n', 'N' -> text.charAt(quote) == '\'';
            case 'u', 'U' ->
                text.charAt(start + 1) == '&' && (text.charAt(quote) == '\'' || text.charAt(quote) == '"');
            default -> false;
        };
    }

    private void prefixed(char c, int quote) {
        if (text.charAt(quote) == '"') {
            name(quote);
        } else {
            string(quote, c == 'e' || c == 'E');
        }
    }

    private void run(Kind of) {
        kind = of;
        end = start + 1;
        while (end < text.length() && (startsName(text.charAt(end)) || digit(text.charAt(end))
                || of == Kind.WORD && text.charAt(end) == '$')) {
            end++;
        }
    }

    /** A string goes on behind a line break: {@code 'a' \n 'b'} is one, and escapes as it began. */
    private void string(int quote, boolean backslashes) {
        kind = Kind.STRING;
        int segment = quote;
        do {
            end = closing(segment, '\'', backslashes);
            segment = continued(end);
        } while (segment > 0);
    }

    private void name(int quote) {
        kind = Kind.QUOTED_NAME;
        end = closing(quote, '"', false);
    }

    private void dollarString() {
        kind = Kind.STRING;
        int body = tagEnd(start);
        int close = text.indexOf(text.substring(start, body), body);
        end = close < 0 ? text.length() : close + body - start;
    }

    private int closing(int quote, char mark, boolean backslashes) {
        for (int i = quote + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && backslashes) {
                i++;
            } else if (c == mark) {
                if (i + 1 == text.length() || text.charAt(i + 1) != mark) {
                    return i + 1;
                }
                i++;
            }
        }
        return text.length();
    }

    /** Where the string that ended here goes on behind a line break, or 0. */
    private int continued(int from) {
        int i = from;
        boolean broken = false;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (space(c)) {
                broken |= c == '\n' || c == '\r';
                i++;
            } else if (text.startsWith("--", i)) {
                i = lineEnd(i);
            } else {
                return broken && c == '\'' ? i : 0;
            }
        }
        return 0;
    }

    /** Where the delimiter of a dollar quote ends, or 0 when none begins here. */
    private int tagEnd(int dollar) {
        for (int i = dollar + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '$') {
                return i + 1;
            }
            if (!startsName(c) && (i == dollar + 1 || !digit(c))) {
                return 0;
            }
        }
        return 0;
    }

    private int afterSpace(int from) {
        int i = from;
        while (i < text.length()) {
            if (space(text.charAt(i))) {
                i++;
            } else if (text.startsWith("--", i)) {
                i = lineEnd(i);
            } else if (text.startsWith("/*", i)) {
                i = commentEnd(i);
            } else {
                return i;
            }
        }
        return i;
    }

    private int lineEnd(int from) {
        int i = from;
        while (i < text.length() && text.charAt(i) != '\n' && text.charAt(i) != '\r') {
            i++;
        }
        return i;
    }

    /** These comments nest. */
    private int commentEnd(int from) {
        int depth = 1;
        int i = from + 2;
        while (i < text.length()) {
            if (text.startsWith("*/", i)) {
                i += 2;
                if (--depth == 0) {
                    return i;
                }
            } else if (text.startsWith("/*", i)) {
                i += 2;
                depth++;
            } else {
                i++;
            }
        }
        return i;
    }

    private static boolean space(char c) {
        return c == ' ' || c >= '\t' && c <= '\r';
    }

    private static boolean startsName(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= '\u0080';
    }

    private static boolean digit(char c) {
        return c >= '0' && c <= '9';
    }
}
