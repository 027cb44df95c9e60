package dev.rubicon.engine.postgres;

import dev.rubicon.engine.facts.Identifiers;
import dev.rubicon.engine.postgres.BackfillTable.KeyColumn;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The way over a table, range by range. The cost of a range does not grow as the work goes on: each begins where the
 * cursor stands, whether or not rows still match.
 */
sealed interface Walk {

    int ROWS = 5_000;

    /** The word in the cursor. */
    String word();

    /** What a range is counted in. */
    String unit();

    /** How many units there are, or null while unknown. */
    @Nullable
    Long total();

    /** What identifies a row, as it stands in statements: the key's columns, or its ctid. */
    List<String> identity();

    /** The last position of the table as it is now, or empty for an empty table. */
    Optional<List<String>> end(Connection connection) throws SQLException;

    /**
     * The next range.
     *
     * @param after the last position done, or null at the beginning
     * @param until the last position of this pass
     */
    Range next(Connection connection, @Nullable List<String> after, List<String> until) throws SQLException;

    /** The condition that a row lies in the range. */
    String condition(@Nullable List<String> after, List<String> upTo);

    /**
     * @param upTo its last position
     * @param scanned units in it
     * @param last whether the pass ends with it
     */
    record Range(List<String> upTo, long scanned, boolean last) {}

    static Walk over(BackfillTable table) {
        if (!table.key().isEmpty()) {
            return new ByKey(table);
        }
        if (table.kind() == 'p') {
            throw Ending.failed("no-key", table.sql() + " is partitioned and has neither a primary key nor a unique "
                    + "index over NOT NULL columns; run the backfill on its partitions");
        }
        return new ByBlock(table);
    }

    /** Along a unique key; text form of the key's values is the position. */
    record ByKey(BackfillTable table) implements Walk {

        @Override
        public String word() {
            return "key";
        }

        @Override
        public String unit() {
            return "rows";
        }

        @Override
        public @Nullable Long total() {
            return table.rows();
        }

        @Override
        public List<String> identity() {
            return table.key().stream().map(column -> table.name() + "." + Identifiers.quote(column.name())).toList();
        }

        @Override
        public Optional<List<String>> end(Connection connection) throws SQLException {
            return Rows.first(connection, "SELECT %s FROM %s ORDER BY %s LIMIT 1".formatted(asText(), table.sql(),
                    identity().stream().map(column -> column + " DESC").collect(Collectors.joining(", "))),
                    this::position);
        }

        @Override
        public Range next(Connection connection, @Nullable List<String> after, List<String> until)
                throws SQLException {
            String keys = String.join(", ", identity());
            String sql = """
                    SELECT %s, number
                    FROM (SELECT %s, row_number() OVER (ORDER BY %s) AS number
                          FROM %s WHERE %s
                          ORDER BY %s LIMIT %d) AS %s
                    ORDER BY number DESC LIMIT 1""".formatted(asText(), keys, keys, table.sql(),
                    condition(after, until), keys, ROWS, table.name());
            return Rows.first(connection, sql, row -> {
                long rows = row.getLong(identity().size() + 1);
                return rows < ROWS ? new Range(until, rows, true) : new Range(position(row), rows, false);
            }).orElse(new Range(until, 0, true));
        }

        @Override
        public String condition(@Nullable List<String> after, List<String> upTo) {
            String keys = row(identity());
            return (after == null ? "" : keys + " > " + row(literals(after)) + " AND ") + keys + " <= "
                    + row(literals(upTo));
        }

        private List<String> literals(List<String> position) {
            return IntStream.range(0, position.size()).mapToObj(i -> {
                KeyColumn column = table.key().get(i);
                return Identifiers.literal(position.get(i)) + "::" + column.type();
            }).toList();
        }

        private String asText() {
            return identity().stream().map(column -> column + "::text").collect(Collectors.joining(", "));
        }

        private List<String> position(ResultSet row) throws SQLException {
            List<String> position = new ArrayList<>();
            for (int i = 1; i <= table.key().size(); i++) {
                position.add(row.getString(i));
            }
            return position;
        }

        private static String row(List<String> values) {
            return values.size() == 1 ? values.getFirst() : "(" + String.join(", ", values) + ")";
        }
    }

    /** Block by block, for a table without a key; the number of the first block not done is the position. */
    record ByBlock(BackfillTable table) implements Walk {

        @Override
        public String word() {
            return "block";
        }

        @Override
        public String unit() {
            return "blocks";
        }

        @Override
        public Long total() {
            return table.blocks();
        }

        @Override
        public List<String> identity() {
            return List.of(table.name() + ".ctid");
        }

        @Override
        public Optional<List<String>> end(Connection connection) throws SQLException {
            return Rows.first(connection,
                    "SELECT pg_relation_size(to_regclass(?)) / current_setting('block_size')::int",
                    row -> row.getLong(1), table.sql()).filter(blocks -> blocks > 0)
                    .map(blocks -> List.of(blocks.toString()));
        }

        @Override
        public Range next(Connection connection, @Nullable List<String> after, List<String> until) {
            long first = block(after);
            long end = block(until);
            long upTo = Math.min(end, first + blocksOfABatch());
            return new Range(List.of(String.valueOf(upTo)), upTo - first, upTo >= end);
        }

        private long blocksOfABatch() {
            Long rows = table.rows();
            double rowsInABlock = rows == null || table.blocks() == 0
                    ? 100
                    : Math.max(1, (double) rows / table.blocks());
            return Math.max(1, (long) (ROWS / rowsInABlock));
        }

        @Override
        public String condition(@Nullable List<String> after, List<String> upTo) {
            return "%1$s.ctid >= '(%2$d,0)' AND %1$s.ctid < '(%3$d,0)'".formatted(table.name(), block(after),
                    block(upTo));
        }

        private static long block(@Nullable List<String> position) {
            return position == null ? 0 : Long.parseLong(position.getFirst());
        }
    }
}
