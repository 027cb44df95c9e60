package dev.rubicon.analysis;

import dev.rubicon.analysis.rules.InlineAcceptance;
import dev.rubicon.analysis.rules.Statements;
import dev.rubicon.engine.Script;
import dev.rubicon.plan.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the acceptances that authors wrote into the comments of their SQL. */
final class InlineAcceptances {

    private static final String MARK = "rubicon:accept";
    private static final Pattern WORDS = Pattern
            .compile("--\\s*rubicon:accept(-file)?(?![\\w-])[ \\t:]*([\\w-]*)[ \\t:,]*(.*)");

    private InlineAcceptances() {}

    static List<InlineAcceptance> of(List<Statements> all) {
        List<InlineAcceptance> found = new ArrayList<>();
        for (Statements statements : all) {
            for (Statements.Text text : statements.texts()) {
                if (text.source().contains(MARK)) {
                    LineComments.of(text.source()).forEach(comment -> read(statements, text, comment)
                            .ifPresent(found::add));
                }
            }
        }
        return found;
    }

    private static Optional<InlineAcceptance> read(Statements at, Statements.Text text, LineComments.Comment comment) {
        Matcher words = WORDS.matcher(comment.text());
        if (!words.matches()) {
            return Optional.empty();
        }
        Range range = words.group(1) == null
                ? statement(text, comment.offset())
                : new Range(0, text.source().length() + 1);
        Place place = text.places().apply(comment.offset());
        return Optional.of(new InlineAcceptance(at, words.group(2), words.group(3).strip(), place,
                range.from() < 0 ? null : text.places().apply(range.from()),
                range.from() < 0 ? null : end(text, range)));
    }

    /** Offsets in the text; {@code from} is below 0 for nothing. */
    private record Range(int from, int to) {
        static final Range NOTHING = new Range(-1, -1);
    }

    /** The place behind the last character; that of the last one, and one further, since behind it the text may end. */
    private static Place end(Statements.Text text, Range range) {
        Place last = text.places().apply(Math.clamp(range.to() - 1L, 0, Math.max(text.source().length() - 1, 0)));
        return new Place(last.line(), last.column() + 1);
    }

    /** The statement that the comment stands in, or behind which it ends the line; else the next one. */
    private static Range statement(Statements.Text text, int comment) {
        Range next = Range.NOTHING;
        for (Script.Statement statement : text.script().statements().reversed()) {
            int end = statement.offset() + statement.sql().length();
            if (statement.offset() > comment) {
                next = new Range(statement.offset(), end);
            } else {
                return lineEnd(text.source(), end) >= comment ? new Range(statement.offset(), end) : next;
            }
        }
        return next;
    }

    private static int lineEnd(String source, int from) {
        int end = source.indexOf('\n', Math.min(from, source.length()));
        return end < 0 ? source.length() : end;
    }
}
