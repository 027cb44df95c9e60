package dev.rubicon.engine.postgres;

import dev.rubicon.engine.RangeWork.Pass;
import dev.rubicon.engine.RangeWork.Range;
import dev.rubicon.engine.postgres.BackfillTable.Part;
import dev.rubicon.engine.postgres.RangeRows.Aside;
import dev.rubicon.engine.postgres.RangeRows.Head;
import dev.rubicon.engine.postgres.RangeRows.Stored;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** Along what the passes of a backfill go over its table, and into which ranges that is cut. */
final class Passes {

    /** Below, a range more costs more than it evens out. */
    private static final long ROWS_OF_A_RANGE = 20_000;
    /** Places at which a comparison looks that is to be a sample. */
    private static final int SAMPLES = 100;

    private final Connection connection;
    private final BackfillTable table;
    private final BackfillText text;
    private final Map<String, Part> parts;

    Passes(Connection connection, BackfillTable table, BackfillText text) {
        this.connection = connection;
        this.table = table;
        this.text = text;
        this.parts = table.parts().stream().collect(Collectors.toMap(Part::relation, part -> part));
        parts.putIfAbsent(table.sql(), new Part(table.sql(), false, 0, 0, 0));
    }

    /** The table and its partitions, as they stand in statements. */
    List<String> relations() {
        return List.copyOf(parts.keySet());
    }

    Walk walk(Range range) {
        return Walk.of(range.walk(), table, Objects.requireNonNull(parts.get(range.relation())));
    }

    /** Blocks, wherever 'where' finds the rows that move: each is read once, and no index is asked for a batch's end. */
    String firstWalk() {
        return table.key().isEmpty() || text.plain() && sweepsByBlocks() ? "block" : "key";
    }

    /** Few rows match in a sweep, and the blocks in their order are the quickest way to all of them. */
    String sweepWalk(String first) {
        return sweepsByBlocks() ? "block" : first;
    }

    private boolean sweepsByBlocks() {
        return text.anyOrder() && table.heap();
    }

    /** Whether the range stands on a table that is not what it was when the range was cut. */
    boolean rewritten(Stored stored) {
        Part part = parts.get(stored.range().relation());
        return part == null || stored.range().walk().equals("block") && stored.filenode() != part.filenode();
    }

    List<Stored> cut(String walk, int ranges) throws SQLException {
        long all = Math.max(1, table.parts().stream().mapToLong(Part::rows).sum());
        List<Stored> planned = new ArrayList<>();
        for (Part part : table.parts()) {
            long wanted = Math.min(part.rows() / ROWS_OF_A_RANGE, Math.round((double) ranges * part.rows() / all));
            List<String> after = null;
            for (Walk.Cut cut : Walk.of(walk, table, part).cuts(connection, (int) Math.max(1, wanted))) {
                planned.add(new Stored(new Range(planned.size() + 1, part.relation(), walk, after, cut.until(),
                        cut.rows(), 0), part.filenode(), 0, false));
                after = cut.until();
            }
        }
        return planned;
    }

    /** What a comparison looks at: everything, or a few rows at places that lie at equal distances. */
    List<Stored> cutToCompare(int ranges, boolean sampled) throws SQLException {
        if (!table.heap()) {
            return cut("key", sampled ? SAMPLES : ranges);
        }
        return sampled ? sampledBlocks() : cut("block", ranges);
    }

    private List<Stored> sampledBlocks() {
        long all = Math.max(1, table.parts().stream().mapToLong(Part::blocks).sum());
        List<Stored> planned = new ArrayList<>();
        for (Part part : table.parts()) {
            long places = Math.min(part.blocks(), Math.max(1, SAMPLES * part.blocks() / all));
            for (long i = 0; i < places; i++) {
                long block = i * part.blocks() / places;
                planned.add(new Stored(new Range(planned.size() + 1, part.relation(), "block",
                        List.of("(" + block + ",0)"), List.of("(" + (block + 1) + ",0)"),
                        Math.round(part.rowsInABlock()), 0), part.filenode(), 0, false));
            }
        }
        return planned;
    }

    /** Each of the rows that were set aside as a range of its own. */
    static List<Stored> oneByOne(List<Aside> rows) {
        List<Stored> planned = new ArrayList<>();
        for (Aside row : rows) {
            planned.add(new Stored(new Range(planned.size() + 1, row.relation(), "row", null, row.key(), 1, 0), 0, 0,
                    false));
        }
        return planned;
    }

    Pass pass(Head now, List<Stored> ranges, List<Aside> aside) {
        long expected = ranges.stream().mapToLong(stored -> stored.done()
                ? stored.range().scanned()
                : Math.max(0, stored.range().expected())).sum();
        boolean unknown = ranges.stream().anyMatch(stored -> stored.range().expected() < 0);
        String walk = ranges.isEmpty() ? now.walk() : ranges.getFirst().range().walk();
        return new Pass(now.pass(), walk, why(walk), unknown ? null : Long.valueOf(expected),
                ranges.stream().mapToLong(stored -> stored.range().scanned()).sum(),
                now.before() + changed(ranges), text.sweeps() && now.pass() == 1,
                ranges.stream().filter(stored -> !stored.done()).map(Stored::range).toList(),
                (int) aside.stream().filter(row -> !row.accepted()).count());
    }

    static long changed(List<Stored> ranges) {
        return ranges.stream().mapToLong(Stored::changed).sum();
    }

    String why(String walk) {
        String key = table.key().stream().map(BackfillTable.KeyColumn::name).collect(Collectors.joining(", "));
        return switch (walk) {
            case "block" -> table.key().isEmpty()
                    ? "block by block: the table has no unique key over NOT NULL columns"
                    : "block by block: 'where' tells what is left, in whatever order";
            case "row" -> "the rows that were set aside, one by one";
            default -> "along the key (" + key + ")";
        };
    }
}
