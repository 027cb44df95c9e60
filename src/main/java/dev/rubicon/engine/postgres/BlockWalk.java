package dev.rubicon.engine.postgres;

import dev.rubicon.engine.postgres.BackfillTable.Part;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Block by block. The position is a ctid: {@code (7,0)} is the end of block 6, as no row has the number 0, and all but the
 * batches that look for a row that cannot be changed end there. A second ctid, further on, is the end of what is thinned out
 * already: half of the rows up to there are changed.
 */
record BlockWalk(BackfillTable table, Part part) implements Walk {

    /**
     * At least so many batches further on rows are thinned out. A batch of another lane that began before keeps the old
     * versions visible until it ends, and may last longer than some of ours; at the end of a range the lead is halved.
     */
    private static final int LEAD = 6;
    /** A range is so large a part of what is left: as many lanes come to their ends at about the same time. */
    private static final int EVEN = 8;

    private record Tid(long block, long row) implements Comparable<Tid> {

        static Tid of(String text) {
            String[] numbers = text.replaceAll("[()]", "").split(",", 2);
            return new Tid(Long.parseLong(numbers[0]), numbers.length == 1 ? 0 : Long.parseLong(numbers[1]));
        }

        @Override
        public int compareTo(Tid other) {
            return Comparator.comparingLong(Tid::block).thenComparingLong(Tid::row).compare(this, other);
        }

        String text() {
            return "(" + block + "," + row + ")";
        }
    }

    /** @param thinned not before {@code done} */
    private record Place(Tid done, Tid thinned) {

        static Place of(@Nullable List<String> position) {
            if (position == null) {
                return new Place(new Tid(0, 0), new Tid(0, 0));
            }
            return of(Tid.of(position.getFirst()), Tid.of(position.getLast()));
        }

        static Place of(Tid done, Tid thinned) {
            return new Place(done, done.compareTo(thinned) > 0 ? done : thinned);
        }

        /** Rows are counted when the first of their block is reached: in it, changed ones get numbers further on. */
        Tid counted() {
            return thinned.row == 0 ? thinned : new Tid(thinned.block + 1, 0);
        }

        List<String> position() {
            return done.equals(thinned) ? List.of(done.text()) : List.of(done.text(), thinned.text());
        }
    }

    @Override
    public String word() {
        return "block";
    }

    @Override
    public List<String> identity() {
        return List.of(table.name() + ".ctid");
    }

    /** Large ones first: where a range begins and ends, rows are thinned out less far ahead. */
    @Override
    public List<Cut> cuts(Connection connection, int ranges) throws SQLException {
        // as large as it is now: the batches before a sweep, and others, have made it grow
        long blocks = Rows.first(connection,
                "SELECT pg_relation_size(to_regclass(?)) / current_setting('block_size')::int",
                row -> row.getLong(1), part.relation()).orElse(0L);
        long least = Math.ceilDiv(blocks, ranges);
        List<Cut> cuts = new ArrayList<>();
        for (long at = 0, size; at < blocks; at += size) {
            size = Math.min(blocks - at, Math.max(least, (blocks - at) / EVEN));
            // a table that has grown under its changes has no more rows than before
            cuts.add(new Cut(List.of(new Tid(at + size, 0).text()), Math.round((double) part.rows() * size / blocks)));
        }
        return cuts;
    }

    @Override
    public Next next(Connection connection, @Nullable List<String> after, List<String> until, long rows)
            throws SQLException {
        Place from = Place.of(after);
        long end = Tid.of(until.getFirst()).block;
        long blocks = blocks(rows);
        if (blocks > 0) {
            long upTo = Math.min(end, from.done.block + blocks);
            return to(from, new Tid(upTo, 0), from.thinned, end);
        }
        Tid ofBlock = new Tid(from.done.block + 1, 0);
        Tid found = Rows.first(connection, """
                SELECT %1$s.ctid::text FROM %2$s WHERE %3$s
                ORDER BY %1$s.ctid OFFSET %4$d LIMIT 1""".formatted(table.name(), source(), between(from.done, ofBlock),
                rows - 1), row -> Tid.of(row.getString(1))).orElse(ofBlock);
        return new Next(Place.of(found, from.thinned).position(), rows, found.block >= end);
    }

    /**
     * The next rows of which half were changed before, with as many further on to be thinned out. Between the two lies as
     * much time as a batch of another lane takes, which may still see the old versions.
     */
    Next nextThinning(@Nullable List<String> after, List<String> until, long rows) {
        Place from = Place.of(after);
        long end = Tid.of(until.getFirst()).block;
        long blocks = Math.max(1, blocks(rows));
        long thinned = from.thinned.block;
        if (thinned >= end) {
            return to(from, new Tid(Math.min(end, from.done.block + 2 * blocks), 0), from.thinned, end);
        }
        if (thinned - from.done.block < LEAD * blocks) {
            return to(from, from.done, new Tid(Math.min(end, thinned + 2 * blocks), 0), end);
        }
        return to(from, new Tid(from.done.block + blocks, 0), new Tid(Math.min(end, thinned + blocks), 0), end);
    }

    private Next to(Place from, Tid done, Tid thinned, long end) {
        long visited = done.block - from.done.block + Math.max(0, thinned.block - from.thinned.block);
        return new Next(Place.of(done, thinned).position(), Math.max(1, (long) (visited * part.rowsInABlock())),
                done.block >= end);
    }

    private long blocks(long rows) {
        return (long) (rows / part.rowsInABlock());
    }

    @Override
    public String condition(@Nullable List<String> after, List<String> upTo) {
        return between(Place.of(after).done, Place.of(upTo).done);
    }

    @Override
    public @Nullable String ahead(@Nullable List<String> after, List<String> upTo) {
        Place to = Place.of(upTo);
        Tid from = Place.of(after).thinned;
        return to.thinned.equals(to.done) || to.thinned.equals(from) ? null : between(from, to.thinned);
    }

    @Override
    public String first(@Nullable List<String> after, List<String> upTo) {
        return between(Place.of(after).counted(), Place.of(upTo).counted());
    }

    private String between(Tid after, Tid upTo) {
        return "%1$s.ctid > '%2$s' AND %1$s.ctid <= '%3$s'".formatted(table.name(), after.text(), upTo.text());
    }
}
