package dev.rubicon.analysis.foreign;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes out of a script what its tool or psql would take out before the server sees it: meta commands, the data of COPY,
 * placeholders. Strings, quoted names and comments stay as they are.
 */
final class Blanking {

    private static final Pattern DOLLAR = Pattern.compile("\\$(?:[A-Za-z_\\x80-\\uffff][\\w\\x80-\\uffff]*)?\\$");
    private static final Pattern VARIABLE = Pattern.compile(":[A-Za-z_]\\w*");
    private static final Pattern AT_NAME = Pattern.compile("@[A-Za-z_]\\w*@");
    private static final Pattern COPY_DATA = Pattern.compile("\\s*COPY\\b.*\\bFROM\\s+STDIN\\b.*",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    private static final Pattern DATA_END = Pattern.compile("^\\\\\\.[ \\t\\r]*$", Pattern.MULTILINE);
    /** Meta commands that send what was written before them, as a semicolon does. */
    private static final Pattern SENDS = Pattern.compile("\\\\(?:g|gx|gset|gexec|gdesc|crosstabview|watch)\\b");

    private final String text;
    private final StringBuilder sql;
    private int at;
    private int statement;
    private int brackets;
    private boolean dataFollows = true;

    private Blanking(String text) {
        this.text = text;
        this.sql = new StringBuilder(text);
    }

    static String of(String text) {
        Blanking blanking = new Blanking(text);
        if (text.startsWith("\uFEFF")) {
            Blank.out(blanking.sql, 0, 1);
            blanking.at = 1;
        }
        while (blanking.at < text.length()) {
            blanking.next();
        }
        return blanking.sql.toString();
    }

    private void next() {
        int placeholder = Placeholder.end(text, at);
        if (placeholder > at) {
            Placeholder.replace(sql, at, placeholder);
            at = placeholder;
            return;
        }
        switch (text.charAt(at)) {
            case '\'' -> at = Quotes.string(text, at);
            case '"' -> quotedName();
            case '-' -> skip(text.startsWith("--", at) ? Quotes.lineEnd(text, at) : at);
            case '/' -> skip(text.startsWith("/*", at) ? Quotes.comment(text, at) : at);
            case '$' -> dollar();
            case '\\' -> metaCommand();
            case ':' -> variable();
            case '@' -> atName();
            case ';' -> semicolon();
            case '[' -> bracket(1);
            case ']' -> bracket(-1);
            default -> at++;
        }
    }

    /** A tool replaces in quoted names too, and quotes of its own marks end none. */
    private void quotedName() {
        for (at++; at < text.length() && text.charAt(at) != '"';) {
            int placeholder = Placeholder.end(text, at);
            boolean inLine = placeholder > at && Quotes.lineEnd(text, at) >= placeholder;
            if (inLine) {
                Placeholder.replace(sql, at, placeholder);
            }
            at = inLine ? placeholder : at + 1;
        }
        at = Math.min(text.length(), at + 1);
    }

    /** Goes behind a comment, which is no part of the statement that follows; or over one character. */
    private void skip(int end) {
        if (end > at && text.substring(statement, at).isBlank()) {
            statement = end;
        }
        at = Math.max(end, at + 1);
    }

    private void bracket(int change) {
        brackets = Math.max(0, brackets + change);
        at++;
    }

    /** A body is read later by a grammar of its own: of it, only what the tool replaces is replaced. */
    private void dollar() {
        Matcher tag = DOLLAR.matcher(text).region(at, text.length());
        boolean begins = at == 0 || !Character.isJavaIdentifierPart(text.charAt(at - 1));
        if (!begins || !tag.lookingAt()) {
            at++;
            return;
        }
        int close = text.indexOf(tag.group(), tag.end());
        int end = close < 0 ? text.length() : close;
        for (int i = tag.end(); i < end; i++) {
            int placeholder = Placeholder.end(text, i);
            if (placeholder > i && placeholder <= end) {
                Placeholder.replace(sql, i, placeholder);
                i = placeholder - 1;
            }
        }
        at = close < 0 ? text.length() : close + tag.group().length();
    }

    private void metaCommand() {
        int end = Quotes.lineEnd(text, at);
        boolean sends = SENDS.matcher(text).region(at, end).lookingAt();
        boolean separator = text.startsWith("\\;", at);
        end = separator ? at + 2 : end;
        Blank.out(sql, at, end);
        if (sends || separator) {
            sql.setCharAt(at, ';');
            statement = end;
        }
        at = end;
    }

    private void variable() {
        char before = at == 0 ? ' ' : text.charAt(at - 1);
        char after = at + 1 < text.length() ? text.charAt(at + 1) : ' ';
        if (brackets == 0 && before != ':' && (after == '\'' || after == '"')) {
            sql.setCharAt(at, ' ');
        } else if (brackets == 0 && before != ':'
                && VARIABLE.matcher(text).region(at, text.length()).lookingAt()) {
            sql.setCharAt(at, '_');
        }
        // the second colon of a cast begins nothing
        at += after == ':' || after == '=' ? 2 : 1;
    }

    private void atName() {
        Matcher name = AT_NAME.matcher(text).region(at, text.length());
        if (name.lookingAt()) {
            Blank.identifier(sql, at, name.end());
            at = name.end();
        } else {
            at++;
        }
    }

    private void semicolon() {
        at++;
        boolean copies = dataFollows && COPY_DATA.matcher(text).region(statement, at).matches();
        statement = at;
        if (!copies) {
            return;
        }
        Matcher dataEnd = DATA_END.matcher(text);
        // what is looked for in vain once is not looked for again: that would take the square of the length
        dataFollows = dataEnd.find(at);
        if (dataFollows) {
            Blank.out(sql, at, dataEnd.end());
            at = dataEnd.end();
            statement = at;
        }
    }
}
