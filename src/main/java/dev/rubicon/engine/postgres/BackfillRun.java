package dev.rubicon.engine.postgres;

import dev.rubicon.engine.RangeWork;
import dev.rubicon.engine.StepEnded;
import dev.rubicon.engine.StepOrder;
import dev.rubicon.engine.StepOutcome;
import dev.rubicon.engine.postgres.BackfillTable.Part;
import dev.rubicon.engine.postgres.RangeRows.Aside;
import dev.rubicon.engine.postgres.RangeRows.Head;
import dev.rubicon.engine.postgres.RangeRows.Stored;
import dev.rubicon.plan.Work;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A backfill of this session's target: plans its passes, and opens its lanes. */
final class BackfillRun implements RangeWork {

    private static final int MOST_PASSES = 10;
    /** Below, a range more costs more than it evens out. */
    private static final long ROWS_OF_A_RANGE = 20_000;
    private static final int NAMED = 10;

    /** Opens a connection more. */
    interface Opening {
        Connection open(int lane) throws SQLException;
    }

    private final Attempt attempt;
    private final Work.Backfill work;
    private final Opening opening;
    private final Function<SQLException, StepOutcome> failed;
    private final BackfillTable table;
    private final BackfillText text;
    private final RangeRows rows;
    private final Map<String, Part> parts;
    private final List<BackfillLane> lanes = new ArrayList<>();
    private Head head = new Head("key", 0, 0, null);
    private volatile @Nullable String except;

    BackfillRun(Attempt attempt, Fragments fragments, Work.Backfill work, Opening opening,
            Function<SQLException, StepOutcome> failed) throws SQLException {
        this.attempt = attempt;
        this.work = work;
        this.opening = opening;
        this.failed = failed;
        if (work.dualWrite() != null) {
            throw Ending.failed("not-yet", "This version of Rubicon cannot keep two columns in step by a trigger yet");
        }
        try {
            this.table = BackfillTable.of(attempt.work(), fragments.table("table", work.table()), work);
            this.text = BackfillText.of(attempt.work(), fragments, work, table);
        } catch (Fragments.Refused e) {
            throw Ending.failed("syntax-error", String.valueOf(e.getMessage()));
        }
        this.rows = new RangeRows(attempt.work(), attempt.order(), attempt.fence());
        this.parts = table.parts().stream().collect(Collectors.toMap(Part::relation, part -> part));
        parts.putIfAbsent(table.sql(), new Part(table.sql(), false, 0, 0, 0));
    }

    StepOrder order() {
        return attempt.order();
    }

    long fence() {
        return attempt.fence();
    }

    Guard guard() {
        return attempt.guard();
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
        return Walk.of(range.walk(), table, Objects.requireNonNull(parts.get(range.relation())));
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

    /** Whatever goes wrong ends the step with its outcome. */
    <T> T guarded(Attempt.Body<T> body) {
        try {
            return body.run();
        } catch (SQLException e) {
            throw new StepEnded(failed.apply(e));
        }
    }

    @Override
    public Pass pass(int ranges) {
        return guarded(() -> {
            Optional<Head> found = rows.head();
            if (found.isEmpty()) {
                String walk = firstWalk();
                if (text.needsWhere(walk.equals("block"))) {
                    throw Ending.failed("where-missing", "Give the backfill a 'where' that is false for a row once it "
                            + "is changed: rows move here while they are changed, and without it one could be changed "
                            + "twice");
                }
                return begin(new Head(walk, 1, 0, null), planned(walk, ranges));
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

    /** Blocks, wherever 'where' finds the rows that move: each is read once, and no index is asked for a batch's end. */
    private String firstWalk() {
        return table.key().isEmpty() || text.plain() && sweeping() ? "block" : "key";
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
        if (stored.stream().anyMatch(this::rewritten)) {
            if (!text.sweeps()) {
                throw Ending.failed("table-changed", "Since this backfill began, partitions of " + table.sql()
                        + " came, went or got triggers or policies, and without a 'where' nothing tells which rows are done");
            }
            long changed = stored.stream().mapToLong(Stored::changed).sum();
            return begin(new Head(found.walk(), found.pass(), found.before() + changed, null),
                    planned(found.walk(), ranges));
        }
        List<Aside> again = rows.aside().stream().filter(row -> !row.accepted()).toList();
        if (stored.stream().allMatch(Stored::done) && !again.isEmpty()) {
            return tryAgain(found, again, ranges);
        }
        return pass(found, stored);
    }

    private boolean rewritten(Stored stored) {
        Part part = parts.get(stored.range().relation());
        return part == null || stored.range().walk().equals("block") && stored.filenode() != part.filenode();
    }

    /** Rows that were set aside, each as a range of its own; without a key, a sweep finds them by 'where'. */
    private Pass tryAgain(Head found, List<Aside> again, int ranges) throws SQLException {
        long changed = rows.ranges().stream().mapToLong(Stored::changed).sum();
        Head next = new Head(found.walk(), found.pass(), found.before() + changed, null);
        List<Stored> planned = table.key().isEmpty() ? planned("block", ranges) : new ArrayList<>();
        if (!table.key().isEmpty()) {
            for (Aside row : again) {
                planned.add(new Stored(
                        new Range(planned.size() + 1, row.relation(), "row", null, row.key(), 1, 0), 0, 0, false));
            }
        }
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
            long changed = rows.ranges().stream().mapToLong(Stored::changed).sum();
            long seen = rows.ranges().stream().filter(stored -> !stored.range().walk().equals("row")).count();
            if (!text.sweeps() || head.pass() > 1 && changed == 0 && seen > 0 || !remaining()) {
                return Optional.empty();
            }
            if (head.pass() >= MOST_PASSES) {
                throw staysTrue("after %d sweeps over the whole table rows still match it: either the change does not "
                        .formatted(MOST_PASSES - 1)
                        + "make it false, or the application still writes such rows, and a deployment gate is missing");
            }
            Head next = new Head(head.walk(), head.pass() + 1, head.before() + changed, null);
            return Optional.of(begin(next, planned(sweeping() ? "block" : head.walk(), ranges)));
        });
    }

    /** The session's connection is for other statements now. */
    private void unlimited() throws SQLException {
        if (!lanes.isEmpty()) {
            lanes.getFirst().unlimited();
        }
    }

    /** Few rows match in a sweep, and the blocks in their order are the quickest way to all of them. */
    private boolean sweeping() {
        return text.anyOrder() && table.heap();
    }

    private boolean remaining() throws SQLException {
        String sql = text.remaining(rows.aside().isEmpty() ? null : rows.notAside(table));
        if (sql == null) {
            return true;
        }
        return attempt.watchedAlone(() -> RawQuery.row(attempt.work(), sql, row -> row.getBoolean(1)), () -> {});
    }

    private List<Stored> planned(String walk, int ranges) throws SQLException {
        long all = Math.max(1, table.parts().stream().mapToLong(Part::rows).sum());
        List<Stored> planned = new ArrayList<>();
        for (Part part : table.parts()) {
            long wanted = Math.min(part.rows() / ROWS_OF_A_RANGE, Math.round((double) ranges * part.rows() / all));
            List<List<String>> cuts = Walk.of(walk, table, part).cuts(attempt.work(), (int) Math.max(1, wanted));
            List<String> after = null;
            for (List<String> until : cuts) {
                planned.add(new Stored(new Range(planned.size() + 1, part.relation(), walk, after, until,
                        part.rows() / cuts.size(), 0), part.filenode(), 0, false));
                after = until;
            }
        }
        return planned;
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
        long expected = ranges.stream().mapToLong(stored -> stored.done()
                ? stored.range().scanned()
                : Math.max(0, stored.range().expected())).sum();
        boolean unknown = ranges.stream().anyMatch(stored -> stored.range().expected() < 0);
        String walk = ranges.isEmpty() ? now.walk() : ranges.getFirst().range().walk();
        return new Pass(now.pass(), walk, why(walk), unknown ? null : Long.valueOf(expected),
                ranges.stream().mapToLong(stored -> stored.range().scanned()).sum(),
                now.before() + ranges.stream().mapToLong(Stored::changed).sum(), text.sweeps() && now.pass() == 1,
                ranges.stream().filter(stored -> !stored.done()).map(Stored::range).toList(),
                (int) aside.stream().filter(row -> !row.accepted()).count());
    }

    private String why(String walk) {
        String key = table.key().stream().map(BackfillTable.KeyColumn::name).collect(Collectors.joining(", "));
        return switch (walk) {
            case "block" -> table.key().isEmpty()
                    ? "block by block: the table has no unique key over NOT NULL columns"
                    : "block by block: 'where' tells what is left, in whatever order";
            case "row" -> "the rows that were set aside, one by one";
            default -> "along the key (" + key + ")";
        };
    }

    @Override
    public StepOutcome finish() {
        return guarded(() -> {
            unlimited();
            List<Aside> left = rows.aside().stream().filter(row -> !row.accepted()).toList();
            if (!left.isEmpty()) {
                throw quarantined(left);
            }
            long changed = head.before() + rows.ranges().stream().mapToLong(Stored::changed).sum();
            attempt.transaction(List.of(), () -> {
                // all batches before it are on disk when this commit is
                Rows.first(attempt.work(), """
                        SELECT set_config('synchronous_commit', 'on', true)
                        WHERE current_setting('synchronous_commit') = 'off'""", row -> row.getString(1));
                attempt.record(attempt.order().direction(), changed);
                rows.remove(attempt.order().direction());
                return true;
            });
            return new StepOutcome.Done(false, changed, text.rowCountSign() * changed, changed + " rows changed");
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
    public Lane lane() {
        return guarded(() -> {
            Connection connection = lanes.isEmpty() ? attempt.work() : opening.open(lanes.size() + 1);
            BackfillLane lane = new BackfillLane(this, connection,
                    lanes.isEmpty() ? attempt.pid() : Rows.backendPid(connection));
            lanes.add(lane);
            return lane;
        });
    }

    @Override
    public Look look() {
        try {
            return new Look(Rows.first(guard().connection(),
                    "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')", row -> row.getLong(1)).orElse(-1L));
        } catch (SQLException e) {
            throw new Ending(new StepOutcome.Lost("The lock connection was lost between two batches"));
        }
    }

    /** A backend that may still be at work is ended: the next call reads the cursors, and none may move behind it. */
    @Override
    public void close() {
        for (BackfillLane lane : lanes) {
            try {
                if (lane.astray()) {
                    Connections.closeQuietly(lane.connection());
                    guard().end(lane.pid());
                } else if (lane.connection() == attempt.work()) {
                    lane.unlimited();
                } else {
                    lane.connection().close();
                }
            } catch (SQLException e) {
                Connections.closeQuietly(lane.connection());
            }
        }
    }
}
