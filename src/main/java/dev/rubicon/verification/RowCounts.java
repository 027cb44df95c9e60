package dev.rubicon.verification;

import dev.rubicon.engine.Answer;
import dev.rubicon.engine.RowCount;
import dev.rubicon.verification.Verifications.Result;
import java.util.Locale;

/** Whether rows came or went: by what the step did itself, and by the table's count against everybody's writes. */
final class RowCounts {

    private RowCounts() {}

    static Result unchanged(String name, RowCount rows) {
        String own = "Expected no row to come or go; the step itself made a difference of " + count(rows.own());
        if (rows.own() != 0) {
            return new Result(name, Answer.DOES_NOT_HOLD, own);
        }
        Long before = rows.before();
        Long after = rows.after();
        if (before == null || after == null) {
            return new Result(name, Answer.HOLDS, own);
        }
        String counted = "%s, batch by batch. Counted %s rows before and %s after".formatted(own, count(before),
                count(after));
        Long inserted = rows.inserted();
        Long deleted = rows.deleted();
        if (inserted == null || deleted == null || inserted < 0 || deleted < 0) {
            return before.equals(after)
                    ? new Result(name, Answer.HOLDS, counted)
                    : new Result(name, Answer.INCONCLUSIVE, counted + "; what others did is not known, as the server's "
                            + "counters were set back or are off");
        }
        return compared(name, after - before, inserted, deleted, counted);
    }

    private static Result compared(String name, long difference, long inserted, long deleted, String counted) {
        if (inserted == 0 && deleted == 0) {
            return difference == 0
                    ? new Result(name, Answer.HOLDS, counted + "; nobody inserted or deleted any")
                    : new Result(name, Answer.INCONCLUSIVE, counted + ", though nobody inserted or deleted any by the "
                            + "server's counters, which may be a little behind");
        }
        String others = "%s; by the server's counters others inserted %s and deleted %s".formatted(counted,
                count(inserted), count(deleted));
        return difference == inserted - deleted
                ? new Result(name, Answer.HOLDS, others + ", which explains the difference")
                : new Result(name, Answer.INCONCLUSIVE, others + ", which leaves a difference of "
                        + count(difference - inserted + deleted) + " unexplained: it cannot be told who made it");
    }

    private static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
