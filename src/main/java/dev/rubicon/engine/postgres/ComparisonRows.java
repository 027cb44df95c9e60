package dev.rubicon.engine.postgres;

import dev.rubicon.engine.RangeWork.Range;
import dev.rubicon.engine.StepOrder;
import dev.rubicon.engine.facts.Identifiers;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a comparison has found so far, on the target: summed up with the progress of its ranges. */
final class ComparisonRows {

    private static final int EXAMPLES = 5;

    private final Attempt attempt;
    private final RangeRows ranges;

    ComparisonRows(Attempt attempt, RangeRows ranges) {
        this.attempt = attempt;
        this.ranges = ranges;
    }

    /**
     * Rows.
     *
     * @param leftOut that hold another value, and did not match 'where' when the backfill began
     * @param differing that hold another value, and were written by the end of the backfill
     * @param differingLate that hold another value, and were written after it
     * @param matching that match 'where' and did when it found nothing left
     * @param matchingLate that match 'where' and were written since
     * @param unread whose comparison the server refused
     * @param examples keys of some of them
     */
    record Sums(long compared, long leftOut, long differing, long differingLate, long matching, long matchingLate,
            long unread, List<String> examples) {}

    /** In the transaction that begins the comparison. */
    void begin() throws SQLException {
        StepOrder order = attempt.order();
        Rows.change(attempt.work(), """
                INSERT INTO rubicon.backfill_evidence (plan, step, direction, checksum, fence) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (plan, step, direction) DO UPDATE SET
                    compared = 0, left_out = 0, differing = 0, differing_late = 0, matching = 0, matching_late = 0,
                    unread = 0, examples = '{}', fence = excluded.fence, at = clock_timestamp()""", order.plan(),
                order.step(), order.direction().word(), order.checksum(), attempt.fence());
    }

    /** The statement that notes a batch and advances its range; answers how many cursors were written. */
    String note(Range range, Walk.Next next, Sums found) {
        String example = found.examples.isEmpty()
                ? ""
                : ", examples = (examples || ARRAY[%s]::text[])[1:%d]".formatted(
                        Identifiers.literal(found.examples.getFirst()), EXAMPLES);
        return """
                WITH rubicon_sums AS (
                    UPDATE rubicon.backfill_evidence
                    SET compared = compared + %d, left_out = left_out + %d, differing = differing + %d,
                        differing_late = differing_late + %d, matching = matching + %d,
                        matching_late = matching_late + %d, unread = unread + %d%s, at = clock_timestamp()
                    WHERE %s
                ), rubicon_cursor AS (
                    %s RETURNING number
                )
                SELECT count(*) FROM rubicon_cursor""".formatted(found.compared, found.leftOut, found.differing,
                found.differingLate, found.matching, found.matchingLate, found.unread, example, mine(),
                ranges.advance(range, next, next.rows(), 0));
    }

    Sums read() throws SQLException {
        return Rows.first(attempt.work(), """
                SELECT compared, left_out, differing, differing_late, matching, matching_late, unread, examples
                FROM rubicon.backfill_evidence WHERE %s""".formatted(mine()),
                row -> new Sums(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4), row.getLong(5),
                        row.getLong(6), row.getLong(7), List.of((String[]) row.getArray(8).getArray())))
                .orElseGet(() -> new Sums(0, 0, 0, 0, 0, 0, 0, List.of()));
    }

    private String mine() {
        StepOrder order = attempt.order();
        return "plan = %s AND step = %s AND direction = %s AND checksum = %s".formatted(
                Identifiers.literal(order.plan()), Identifiers.literal(order.step()),
                Identifiers.literal(order.direction().word()), Identifiers.literal(order.checksum()));
    }

    /** Forgets the ranges, in the transaction that is open; the sums stay. */
    void end() throws SQLException {
        ranges.remove();
    }

    /** Of one row that the server would not compare. */
    static Sums unread(@Nullable String key) {
        return new Sums(0, 0, 0, 0, 0, 0, 1, key == null ? List.of() : List.of(key));
    }
}
