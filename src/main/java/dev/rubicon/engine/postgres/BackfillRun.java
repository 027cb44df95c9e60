package dev.rubicon.engine.postgres;

import dev.rubicon.engine.StepOrder;
import dev.rubicon.engine.StepOutcome;
import dev.rubicon.engine.facts.Identifiers;
import dev.rubicon.engine.postgres.RangeRows.Aside;
import dev.rubicon.engine.postgres.RangeRows.Head;
import dev.rubicon.engine.postgres.RangeRows.Stored;
import dev.rubicon.plan.DualWriteTrigger;
import dev.rubicon.plan.Verification;
import dev.rubicon.plan.Work;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A backfill of this session's target: takes its passes up where they stand, and opens its lanes. */
final class BackfillRun extends WatchedRun {

    private static final int MOST_PASSES = 10;
    private static final int NAMED = 10;

    private final Attempt attempt;
    private final Work.Backfill work;
    private final BackfillTable table;
    private final @Nullable RecordTable record;
    private final BackfillText text;
    private final RangeRows rows;
    private final Evidence evidence;
    private final Beside beside;
    private final Passes passes;
    private final Senses senses;
    private Head head = new Head("key", 0, 0, null);
    private final @Nullable String ownWrites;
    private volatile @Nullable String except;

    BackfillRun(Attempt attempt, Fragments fragments, Scripts scripts, Work.Backfill work, Lanes.Opening opening,
            Function<SQLException, StepOutcome> failed) throws SQLException {
        super(attempt, opening, failed);
        this.attempt = attempt;
        this.work = work;
        if (work.dualWrite() != null) {
            demandTrigger();
        }
        try {
            Fragments.TableName name = fragments.table("table", work.table());
            this.table = attempt.patiently(name.sql(), () -> BackfillTable.of(attempt.work(), name, work));
            this.record = RecordTable.of(attempt.order(), work, table);
            this.text = BackfillText.of(attempt.work(), fragments, work, table, record);
            this.beside = Beside.of(attempt.work(), fragments, work);
        } catch (Fragments.Refused e) {
            throw Ending.failed("syntax-error", String.valueOf(e.getMessage()));
        }
        this.rows = new RangeRows(attempt.work(), attempt.order(), attempt.fence());
        this.evidence = new Evidence(attempt, table);
        this.ownWrites = attempt.order().countsRows() ? evidence.ownWrites() : null;
        this.passes = new Passes(attempt.work(), table, text);
        this.senses = new Senses(attempt.guard().connection(), passes.relations(), scripts);
    }

    /** Rows written while nothing keeps the columns in step would be wrong in one of them, and nobody would see it. */
    private void demandTrigger() throws SQLException {
        DualWriteTrigger trigger = DualWriteTrigger.of(work).orElseThrow(() -> Ending.failed("dual-write-refused",
                "This revision was stored when its dualWrite was not yet understood; submit the plan again"));
        Verification.Query installed = trigger.installed();
        String seen = Rows.first(attempt.work(), installed.sql(), row -> row.getString(1)).orElse("");
        if (!(installed.expected() instanceof Verification.Value wanted && seen.equals(wanted.text()))) {
            throw Ending.failed("dual-write-missing",
                    "Nothing keeps %s in step: the step before installs the triggers %s"
                            .formatted(trigger.words(), String.join(" and ", trigger.triggers()))
                            + ", which are not there, or not enabled. Put them back, and retry");
        }
    }

    StepOrder order() {
        return attempt.order();
    }

    BackfillTable table() {
        return table;
    }

    BackfillText text() {
        return text;
    }

    RangeRows rows() {
        return rows;
    }

    Walk walk(Range range) {
        return passes.walk(range);
    }

    Evidence evidence() {
        return evidence;
    }

    /** Where rows that come and go are counted in each batch: an expression for them, else null. */
    @Nullable
    String ownWrites() {
        return ownWrites;
    }

    /** Whether this is the first pass over the table, and no sweep. */
    boolean copying() {
        return head.pass() == 1;
    }

    /** What a batch leaves out: in a sweep, the rows that were set aside. */
    @Nullable
    String except(Walk walk) {
        return walk instanceof Walk.ByRow ? null : except;
    }

    @Override
    public Pass pass(int ranges) {
        return guarded(() -> {
            Optional<Head> found = rows.head();
            RecordTable kept = record;
            if (found.isEmpty() && kept != null) {
                attempt.transaction(List.of(), () -> {
                    kept.begin(attempt.work(), attempt.order());
                    return true;
                });
            }
            if (found.isEmpty()) {
                demandNoneDone();
                String walk = passes.firstWalk();
                if (text.needsWhere(walk.equals("block"))) {
                    throw Ending.failed("where-missing", "Give the backfill a 'where' that is false for a row once it "
                            + "is changed: rows move here while they are changed, and without it one could be changed "
                            + "twice");
                }
                return first(new Head(walk, 1, 0, null), cut(walk, ranges));
            }
            String note = attempt.order().note();
            if (note != null) {
                attempt.transaction(List.of(), () -> {
                    rows.accept(note);
                    return true;
                });
            }
            return goOn(found.get(), ranges);
        });
    }

    /** A backfill that was given up halfway has left rows behind; one that would change them twice must not begin. */
    private void demandNoneDone() throws SQLException {
        Optional<Long> done = work.repeatable() ? Optional.empty() : rows.givenUp();
        if (done.isPresent()) {
            throw Ending.failed("given-up-before", """
                    An earlier try changed %d rows and was given up; without a 'where' nothing tells which, and this one \
                    would change them twice. Bring them back to what they were, then say so on the target, and retry: \
                    DELETE FROM rubicon.backfill_cursor WHERE plan = %s AND step = %s AND direction = 'given up'"""
                    .formatted(done.get(), Identifiers.literal(order().plan()), Identifiers.literal(order().step())));
        }
    }

    private Pass goOn(Head found, int ranges) throws SQLException {
        List<Stored> stored = rows.ranges();
        Stored old = found.old();
        if (old != null) {
            Range range = old.range();
            Range renamed = new Range(1, table.sql(), range.walk(), range.after(), range.until(), -1, range.scanned());
            Head head = new Head(found.walk(), found.pass(), found.before(), null);
            return begin(head, List.of(new Stored(renamed, old.filenode(), 0, old.done())));
        }
        if (stored.stream().anyMatch(passes::rewritten)) {
            if (!text.sweeps()) {
                throw Ending.failed("table-changed", "Since this backfill began, partitions of " + table.sql()
                        + " came, went or got triggers or policies, and without a 'where' nothing tells which rows are done");
            }
            return begin(new Head(found.walk(), found.pass(), found.before() + Passes.changed(stored), null),
                    cut(found.walk(), ranges));
        }
        List<Aside> again = rows.aside().stream().filter(row -> !row.accepted()).toList();
        if (stored.stream().allMatch(Stored::done) && !again.isEmpty()) {
            return tryAgain(found, again, ranges);
        }
        return pass(found, stored);
    }

    /** Rows that were set aside, each as a range of its own; without a key, a sweep finds them by 'where'. */
    private Pass tryAgain(Head found, List<Aside> again, int ranges) throws SQLException {
        Head next = new Head(found.walk(), found.pass(), found.before() + Passes.changed(rows.ranges()), null);
        List<Stored> planned = table.key().isEmpty() ? cut("block", ranges) : Passes.oneByOne(again);
        return attempt.transaction(List.of(), () -> {
            rows.forgetAside(again);
            rows.begin(next, planned);
            return pass(next, planned);
        });
    }

    @Override
    public Optional<Pass> sweep(int ranges) {
        return guarded(() -> {
            unlimited();
            List<Stored> done = rows.ranges();
            long changed = Passes.changed(done);
            long seen = done.stream().filter(stored -> !stored.range().walk().equals("row")).count();
            if (!text.sweeps() || head.pass() > 1 && changed == 0 && seen > 0 || !remaining()) {
                return Optional.empty();
            }
            if (head.pass() >= MOST_PASSES) {
                throw staysTrue("after %d sweeps over the whole table rows still match it: either the change does not "
                        .formatted(MOST_PASSES - 1)
                        + "make it false, or the application still writes such rows, and a deployment gate is missing");
            }
            Head next = new Head(head.walk(), head.pass() + 1, head.before() + changed, null);
            return Optional.of(begin(next, cut(passes.sweepWalk(head.walk()), ranges)));
        });
    }

    private boolean remaining() throws SQLException {
        evidence.swept();
        String sql = text.remaining(rows.aside().isEmpty() ? null : rows.notAside(table));
        return sql == null || attempt.patiently(table.sql(),
                () -> RawQuery.row(attempt.work(), sql, row -> row.getBoolean(1)));
    }

    private List<Stored> cut(String walk, int ranges) throws SQLException {
        return attempt.patiently(table.sql(), () -> passes.cut(walk, ranges));
    }

    private Pass first(Head next, List<Stored> ranges) throws SQLException {
        Evidence.Counters counters = attempt.patiently(table.sql(), evidence::counters);
        return attempt.transaction(List.of(), () -> {
            rows.begin(next, ranges);
            evidence.begin(counters);
            evidence.begin(beside);
            return pass(next, ranges);
        });
    }

    private Pass begin(Head next, List<Stored> ranges) throws SQLException {
        return attempt.transaction(List.of(), () -> {
            rows.begin(next, ranges);
            return pass(next, ranges);
        });
    }

    private Pass pass(Head now, List<Stored> ranges) throws SQLException {
        head = now;
        List<Aside> aside = rows.aside();
        except = aside.isEmpty() || now.pass() == 1 ? null : rows.notAside(table);
        return passes.pass(now, ranges, aside);
    }

    @Override
    public StepOutcome finish() {
        return guarded(() -> {
            unlimited();
            List<Aside> left = rows.aside().stream().filter(row -> !row.accepted()).toList();
            if (!left.isEmpty()) {
                throw quarantined(left);
            }
            long changed = head.before() + Passes.changed(rows.ranges());
            long rowChange = text.rowCountSign() * changed + evidence.sideEffects();
            attempt.transaction(List.of(), () -> {
                // all batches before it are on disk when this commit is
                Rows.first(attempt.work(), """
                        SELECT set_config('synchronous_commit', 'on', true)
                        WHERE current_setting('synchronous_commit') = 'off'""", row -> row.getString(1));
                attempt.record(attempt.order().direction(), changed, rowChange);
                evidence.ended(work.into() == null ? changed : 0, work.into() == null ? 0 : changed);
                rows.remove(attempt.order().direction());
                if (record != null) {
                    record.end(attempt.work());
                }
                return true;
            });
            return new StepOutcome.Done(false, changed, rowChange, changed + " rows changed"
                    + (record == null ? "" : "; what they were is kept in " + record.relation()));
        });
    }

    private static Ending quarantined(List<Aside> left) {
        String named = left.stream().limit(NAMED)
                .map(row -> "(%s): %s".formatted(String.join(", ", row.key()),
                        row.error().lines().findFirst().orElse("")))
                .collect(Collectors.joining("; "));
        List<Map<String, Object>> facts = left.stream()
                .map(row -> Map.<String, Object>of("relation", row.relation(), "key", row.key(), "error", row.error()))
                .toList();
        return new Ending(new StepOutcome.Failed(StepOutcome.QUARANTINED,
                ("%d %s could not be changed and %s set aside, all others are "
                        + "done: %s%s. Mend them and retry, or accept that they stay as they are")
                        .formatted(left.size(), left.size() == 1 ? "row" : "rows", left.size() == 1 ? "was" : "were",
                                named,
                                left.size() > NAMED ? "; and more" : ""),
                null, Map.of("rows", facts)));
    }

    /** @throws Ending when rows that a batch changed still match */
    void demandConvergence(long changed, long still, String example) {
        if (still > 0) {
            throw staysTrue("%d of the %d rows that a batch changed still match it, for example the one with %s. "
                    .formatted(still, changed, example)
                    + "The batch was rolled back. Narrow 'where' to rows that the change really mends, like AND … IS NOT "
                    + "NULL for the value that is copied");
        }
    }

    private Ending staysTrue(String how) {
        return new Ending(new StepOutcome.Failed("where-stays-true", "The backfill's 'where' (" + work.where()
                + ") does not become false: " + how, null, Map.of("where", String.valueOf(work.where()))));
    }

    @Override
    WatchedLane lane(Connection connection, int pid) {
        return new BackfillLane(this, connection, pid);
    }

    @Override
    Senses senses() {
        return senses;
    }
}
