package dev.rubicon.engine.postgres;

import dev.rubicon.engine.Comparison;
import dev.rubicon.engine.StepOutcome;
import dev.rubicon.engine.postgres.ComparisonRows.Sums;
import dev.rubicon.engine.postgres.RangeRows.Head;
import dev.rubicon.engine.postgres.RangeRows.Stored;
import dev.rubicon.plan.Work;
import dev.rubicon.plan.Work.BackfillVerify;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Compares what a backfill left with what it was to leave, range by range and reading only. How far it came is noted on
 * the target, so that it goes on there.
 */
final class ComparisonRun extends WatchedRun {

    private final Attempt attempt;
    private final Work.Backfill work;
    private final BackfillTable table;
    private final ComparisonText text;
    private final BackfillText backfill;
    private final Beside beside;
    private final Evidence evidence;
    private final Passes passes;
    private final RangeRows rows;
    private final ComparisonRows sums;
    private final Senses senses;
    private final boolean last;
    private Evidence.Noted noted = Evidence.Noted.NOTHING;
    private @Nullable String aside;

    /** @param last whether it is asked before what cannot be undone: then no row may be left, whoever wrote it */
    ComparisonRun(Attempt attempt, Fragments fragments, Scripts scripts, Work.Backfill work, boolean last,
            Lanes.Opening opening,
            Function<SQLException, StepOutcome> failed) throws SQLException {
        super(attempt, opening, failed);
        this.attempt = attempt;
        this.work = work;
        this.last = last;
        try {
            Fragments.TableName name = fragments.table("table", work.table());
            this.table = attempt.patiently(name.sql(), () -> BackfillTable.of(attempt.work(), name, work));
            this.beside = Beside.of(attempt.work(), fragments, work);
            this.text = ComparisonText.of(attempt.work(), fragments, work, table, beside);
            this.backfill = BackfillText.of(attempt.work(), fragments, work, table, null);
        } catch (Fragments.Refused e) {
            throw Ending.failed("syntax-error", String.valueOf(e.getMessage()));
        }
        String kind = Evidence.COMPARISONS.get(last ? 1 : 0);
        this.evidence = new Evidence(attempt, table);
        this.passes = new Passes(attempt.work(), table, backfill);
        this.rows = new RangeRows(attempt.work(), attempt.order(), attempt.fence(), kind);
        this.sums = new ComparisonRows(attempt, rows);
        this.senses = new Senses(attempt.guard().connection(), passes.relations(), scripts);
    }

    Walk walk(Range range) {
        return passes.walk(range);
    }

    ComparisonRows sums() {
        return sums;
    }

    boolean sampled() {
        return work.verify() == BackfillVerify.SAMPLED;
    }

    String count(Walk walk, @Nullable List<String> after, List<String> upTo) {
        return text.count(walk, after, upTo, noted, aside);
    }

    @Override
    public Pass pass(int ranges) {
        return guarded(() -> {
            noted = evidence.noted();
            RangeRows forward = new RangeRows(attempt.work(), attempt.order(), attempt.fence());
            aside = forward.aside().isEmpty() ? null : forward.notAside(table);
            Optional<Head> found = rows.head();
            List<Stored> stored = rows.ranges();
            if (found.isPresent() && stored.stream().noneMatch(passes::rewritten)) {
                return pass(stored);
            }
            List<Stored> cut = text.asksRows()
                    ? attempt.patiently(table.sql(), () -> passes.cutToCompare(ranges, sampled()))
                    : List.of();
            return attempt.transaction(List.of(), () -> {
                rows.begin(new Head(cut.isEmpty() ? "block" : cut.getFirst().range().walk(), 0, 0, null), cut);
                sums.begin();
                return pass(cut);
            });
        });
    }

    private Pass pass(List<Stored> ranges) {
        Pass pass = passes.pass(new Head("block", 0, 0, null), ranges, List.of());
        return new Pass(0, pass.walk(), sampled()
                ? "some rows of each of " + ranges.size() + " places"
                : "every row, " + (pass.walk().equals("block") ? "block by block" : pass.why()), pass.expected(),
                pass.scanned(), 0, false, pass.ranges(), 0);
    }

    /** A comparison is one pass. */
    @Override
    public Optional<Pass> sweep(int ranges) {
        return Optional.empty();
    }

    @Override
    public StepOutcome finish() {
        return guarded(() -> {
            unlimited();
            Boolean left = asksWhereAtOnce() ? remaining() : null;
            Sums found = sums.read();
            Beside.Others others = beside.known() ? evidence.others(beside) : Beside.Others.UNKNOWN;
            List<Comparison> compared = new ComparisonWords(work, text, noted, others, found, last).all(left);
            attempt.transaction(List.of(), () -> {
                sums.end();
                return true;
            });
            return new StepOutcome.Done(true, -1, 0, "Compared " + found.compared() + " rows", compared);
        });
    }

    /** Where rows are only sampled, or a joined table is part of the condition. */
    private boolean asksWhereAtOnce() {
        return work.where() != null && work.into() == null && (sampled() || !text.asksWhere());
    }

    private boolean remaining() throws SQLException {
        String sql = backfill.remaining(aside);
        return sql != null && attempt.patiently(table.sql(),
                () -> RawQuery.row(attempt.work(), sql, row -> row.getBoolean(1)));
    }

    @Override
    WatchedLane lane(Connection connection, int pid) {
        return new ComparisonLane(this, connection, pid);
    }

    @Override
    Senses senses() {
        return senses;
    }
}
