package dev.rubicon.analysis;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the comments of SQL that begin with two dashes, and not what looks like one inside a string or name. */
final class LineComments {

    private static final Pattern DOLLAR = Pattern.compile("\\$(?:[A-Za-z_\\x80-\\uFFFF][\\w\\x80-\\uFFFF]*)?\\$");

    /**
     * @param offset of the first dash
     * @param text from there to the end of the line
     */
    record Comment(int offset, String text) {}

    private final String sql;
    private final List<Comment> found = new ArrayList<>();

    private LineComments(String sql) {
        this.sql = sql;
    }

    static List<Comment> of(String sql) {
        LineComments comments = new LineComments(sql);
        int at = 0;
        while (at < sql.length()) {
            at = comments.next(at);
        }
        return comments.found;
    }

    private int next(int at) {
        char c = sql.charAt(at);
        if (sql.startsWith("--", at)) {
            return line(at);
        }
        if (sql.startsWith("/*", at)) {
            return block(at);
        }
        return switch (c) {
            case '\'' -> quoted(at, c, escapes(at));
            case '"' -> quoted(at, c, false);
            case '$' -> dollar(at);
            default -> at + 1;
        };
    }

    private int line(int at) {
        int end = at;
        while (end < sql.length() && sql.charAt(end) != '\n' && sql.charAt(end) != '\r') {
            end++;
        }
        found.add(new Comment(at, sql.substring(at, end)));
        return end;
    }

    private int block(int at) {
        int depth = 1;
        int end = at + 2;
        while (end < sql.length() && depth > 0) {
            int step = sql.startsWith("/*", end) ? 1 : sql.startsWith("*/", end) ? -1 : 0;
            depth += step;
            end += step == 0 ? 1 : 2;
        }
        return end;
    }

    private boolean escapes(int at) {
        return at > 0 && Character.toLowerCase(sql.charAt(at - 1)) == 'e'
                && (at == 1 || !Character.isJavaIdentifierPart(sql.charAt(at - 2)));
    }

    private int quoted(int at, char quote, boolean escapes) {
        int end = at + 1;
        while (end < sql.length() && sql.charAt(end) != quote) {
            end += escapes && sql.charAt(end) == '\\' ? 2 : 1;
        }
        return end + 1;
    }

    /** A body between dollars is SQL for its own language: comments in it count too. */
    private int dollar(int at) {
        Matcher tag = DOLLAR.matcher(sql).region(at, sql.length());
        boolean inName = at > 0 && Character.isJavaIdentifierPart(sql.charAt(at - 1)) && sql.charAt(at - 1) != '$';
        return tag.lookingAt() && !inName ? tag.end() : at + 1;
    }
}
