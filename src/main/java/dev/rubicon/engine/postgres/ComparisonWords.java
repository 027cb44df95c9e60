package dev.rubicon.engine.postgres;

import dev.rubicon.engine.Answer;
import dev.rubicon.engine.Comparison;
import dev.rubicon.engine.postgres.ComparisonRows.Sums;
import dev.rubicon.plan.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the counts of a comparison mean.
 *
 * @param last whether what comes next cannot be undone
 */
record ComparisonWords(Work.Backfill work, ComparisonText text, Evidence.Noted noted, Beside.Others beside, Sums found,
        boolean last) {

    static final String WHERE = "'where' finds nothing any more";
    static final String VALUES = "rows hold what the backfill sets";

    static final String REST = "other columns hold what the backfill sets";

    /** @param left whether the whole table was asked for rows that match 'where', and some do; null where it was not */
    List<Comparison> all(@Nullable Boolean left) {
        List<Comparison> all = new ArrayList<>();
        if (work.where() != null && work.into() == null) {
            all.add(left == null ? whereByRows() : whereAtOnce(left));
        }
        if (text.asksValues()) {
            all.add(text instanceof CopyComparison copies
                    ? new CopyWords(work, copies, beside, found, last).all()
                    : values());
        }
        if (text.because() != null) {
            all.add(new Comparison(text.asksValues() ? REST : work.into() == null ? VALUES : CopyWords.name(work),
                    Answer.INCONCLUSIVE, "They cannot be compared, because " + text.because()));
        }
        return all;
    }

    private Comparison whereAtOnce(boolean left) {
        return left
                ? new Comparison(WHERE, last || found.matching() > 0 ? Answer.DOES_NOT_HOLD : Answer.INCONCLUSIVE,
                        "Some row of the table matches it" + (last ? undone() : later()))
                : new Comparison(WHERE, Answer.HOLDS, "No row of the whole table matches it");
    }

    private Comparison whereByRows() {
        long all = found.matching() + found.matchingLate();
        if (all == 0) {
            return new Comparison(WHERE, Answer.HOLDS, count(found.compared(), "row") + " asked, none matches it");
        }
        String matching = "%s of %s %s it%s".formatted(count(all, "row"), count(found.compared()),
                all == 1 ? "matches" : "match", example(found));
        if (last) {
            return new Comparison(WHERE, Answer.DOES_NOT_HOLD, matching + undone());
        }
        return found.matching() > 0
                ? new Comparison(WHERE, Answer.DOES_NOT_HOLD,
                        matching + ". They were there when the last sweep found none: "
                                + "a change to another table, or what a function in it answers, made them match")
                : new Comparison(WHERE, Answer.INCONCLUSIVE, matching + later());
    }

    private static String undone() {
        return ": what comes next would lose what they still have to give. Mend them, for example with the backfill's own "
                + "change, make sure that nobody writes such rows any more, and retry";
    }

    private static String later() {
        return ". Others wrote them since the last sweep: the application still writes such rows. It is asked again before "
                + "the point of no return";
    }

    private Comparison values() {
        long differing = found.differing() + found.differingLate();
        String compared = looked(work, found) + unread(found) + leftOut();
        if (differing == 0) {
            return new Comparison(VALUES, found.unread() == 0 ? Answer.HOLDS : Answer.INCONCLUSIVE,
                    compared + (found.leftOut() == 0 ? ", none differs" : ", no other differs"));
        }
        String differ = "%s; %s %s another value%s".formatted(compared, count(differing, "row"),
                differing == 1 ? "holds" : "hold", example(found));
        if (work.dualWrite() != null) {
            return new Comparison(VALUES, Answer.DOES_NOT_HOLD, differ + ". A trigger was to keep the columns in step");
        }
        Long others = noted.others();
        if (found.differing() > 0 && others != null && others == 0 && (work.from() == null || beside.wroteNothing())) {
            return new Comparison(VALUES, Answer.DOES_NOT_HOLD, differ
                    + ". %s written by the backfill, and by the server's counters nobody else wrote to the table meanwhile: look for a trigger that alters them"
                            .formatted(
                                    found.differing() == differing ? "All were" : count(found.differing()) + " were"));
        }
        return new Comparison(VALUES, Answer.INCONCLUSIVE, differ + ". " + whoElse(others));
    }

    private String whoElse(@Nullable Long others) {
        List<String> known = new ArrayList<>();
        if (found.differingLate() > 0) {
            known.add(count(found.differingLate(), "of them was", "of them were") + " written after the backfill"
                    + (work.from() == null ? "" : ", or the rows they join since it began"));
        }
        if (found.differing() > 0 && (others == null || others > 0)) {
            known.add(others == null
                    ? "whether others wrote to the table while it ran is not known"
                    : "others wrote %s while it ran".formatted(count(others, "row")));
        }
        if (found.differing() > 0 && work.from() != null && !beside.wroteNothing()) {
            known.add(beside.written() == null
                    ? "whether others wrote to what is joined since then is not known"
                    : "others wrote %s to what is joined since it began".formatted(count(beside.written(), "row")));
        }
        String all = String.join(", and ", known);
        return all.substring(0, 1).toUpperCase(Locale.ROOT) + all.substring(1)
                + ": the application may have changed them rightly";
    }

    static String looked(Work.Backfill work, Sums found) {
        return count(found.compared(), "row") + (work.from() == null ? "" : " with what they join")
                + (work.verify() == Work.BackfillVerify.SAMPLED ? " looked at as a sample" : " compared");
    }

    static String unread(Sums found) {
        return found.unread() == 0
                ? ""
                : ", %s could not be read (an error, or too slow)".formatted(count(found.unread(), "row"));
    }

    private String leftOut() {
        return found.leftOut() == 0
                ? ""
                : ", %s another value since before the backfill, whose 'where' left %s out".formatted(
                        count(found.leftOut(), "holds", "hold"), found.leftOut() == 1 ? "it" : "them");
    }

    static String example(Sums found) {
        return found.examples().isEmpty()
                ? ""
                : ", for example " + String.join(", ",
                        found.examples().stream().map(key -> "(" + key + ")").toList());
    }

    private static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    static String count(long number, String one) {
        return count(number, one, one + "s");
    }

    static String count(long number, String one, String many) {
        return count(number) + " " + (number == 1 ? one : many);
    }
}
