package dev.rubicon.analysis.foreign;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a file that go forward and back, where marks in comments tell them apart.
 *
 * @param forward as long as the file, or null when it has a way back alone
 * @param rollback as long as the file, or null when it has none
 * @param inTransaction whether the marks say that the tool opens a transaction; null when they do not
 */
record Sections(@Nullable String forward, @Nullable String rollback, @Nullable Boolean inTransaction) {

    private static final int FLAGS = Pattern.MULTILINE | Pattern.CASE_INSENSITIVE;

    /** goose, sql-migrate, dbmate, MyBatis, tern, Play: a mark holds until the next one. */
    private static final Pattern MARK = Pattern.compile("""
            ^\\h*(?:
              --\\h*\\+(?:goose|migrate)\\h+(?<way>up|down)\\b
            | --\\h*migrate:(?<dbmate>up|down)\\b
            | --\\h*//\\h*(?<undo>@undo)\\b
            | ----\\h*create\\habove\\h/\\h(?<tern>drop)\\hbelow\\h*----
            | (?:\\#|--)[\\h-]*!(?<play>ups|downs)\\b
            )[^\\n]*$""", FLAGS | Pattern.COMMENTS);
    /** These tools open a transaction around each file, unless it says otherwise. */
    private static final Pattern WRAPPED = Pattern.compile(
            "^\\h*--\\h*(?:\\+(?:goose|migrate)\\h+up\\b|migrate:up\\b)", FLAGS);
    private static final Pattern BARE = Pattern.compile("^\\h*--\\h*(?:\\+goose\\h+no\\h+transaction\\b"
            + "|\\+migrate\\h+\\w+\\h+notransaction\\b|migrate:(?:up|down)[^\\n]*\\btransaction:\\h*false\\b"
            + "|atlas:txmode\\h+none\\b|changeset\\b[^\\n]*\\brunInTransaction:\\h*\"?false\\b"
            + "|flyway:\\h*executeInTransaction\\h*=\\h*false\\b)", FLAGS);
    private static final Pattern LIQUIBASE = Pattern.compile("\\A[\\s\\uFEFF]*--\\h*liquibase\\h+formatted\\h+sql\\b",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern LIQUIBASE_BACK = Pattern.compile("^\\h*--\\h*rollback\\h+(?!empty\\b"
            + "|not\\hrequired\\b|changesetId:)(?<sql>[^\\n]+)$"
            + "|/\\*\\h*liquibase\\h+rollback\\b(?<block>.*?)\\*/", FLAGS | Pattern.DOTALL);

    static Sections of(String text) {
        boolean liquibase = LIQUIBASE.matcher(text).lookingAt();
        if (!liquibase && !mayHoldMarks(text)) {
            return new Sections(text, null, null);
        }
        Boolean inTransaction = BARE.matcher(text).find()
                ? Boolean.FALSE
                : WRAPPED.matcher(text).find() ? Boolean.TRUE : null;
        if (liquibase) {
            return new Sections(text, liquibaseBack(text), inTransaction);
        }
        return marked(text, inTransaction);
    }

    /** Every mark is a comment of a line of its own with one of these characters; most files have none. */
    private static boolean mayHoldMarks(String text) {
        boolean comment = false;
        boolean begins = true;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (comment && "+:@!/".indexOf(c) >= 0) {
                return true;
            }
            comment = c != '\n' && (comment || begins && (c == '#' || text.startsWith("--", i)));
            begins = c == '\n' || begins && (c == ' ' || c == '\t' || c == '\r');
        }
        return false;
    }

    private static Sections marked(String text, @Nullable Boolean inTransaction) {
        StringBuilder forward = new StringBuilder(text);
        StringBuilder back = new StringBuilder(text);
        Matcher mark = MARK.matcher(text);
        boolean down = false;
        boolean ups = false;
        boolean downs = false;
        int from = 0;
        while (mark.find()) {
            Blank.out(down ? forward : back, from, mark.start());
            Blank.out(forward, mark.start(), mark.end());
            Blank.out(back, mark.start(), mark.end());
            ups |= !down && !text.substring(from, mark.start()).isBlank();
            down = goesBack(mark);
            ups |= !down;
            downs |= down;
            from = mark.end();
        }
        Blank.out(down ? forward : back, from, text.length());
        return new Sections(ups || !downs ? forward.toString() : null, downs ? back.toString() : null, inTransaction);
    }

    private static boolean goesBack(Matcher mark) {
        return "down".equalsIgnoreCase(mark.group("way")) || "down".equalsIgnoreCase(mark.group("dbmate"))
                || "downs".equalsIgnoreCase(mark.group("play")) || mark.group("undo") != null
                || mark.group("tern") != null;
    }

    /** Liquibase's way back stands in comments, which the forward way has anyhow. */
    private static @Nullable String liquibaseBack(String text) {
        StringBuilder back = new StringBuilder(text);
        Blank.out(back, 0, text.length());
        Matcher line = LIQUIBASE_BACK.matcher(text);
        boolean found = false;
        while (line.find()) {
            String group = line.group("sql") == null ? "block" : "sql";
            back.replace(line.start(group), line.end(group), line.group(group));
            found = true;
        }
        return found ? back.toString() : null;
    }
}
