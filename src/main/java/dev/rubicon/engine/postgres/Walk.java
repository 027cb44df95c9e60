package dev.rubicon.engine.postgres;

import dev.rubicon.engine.facts.Identifiers;
import dev.rubicon.engine.postgres.BackfillTable.KeyColumn;
import dev.rubicon.engine.postgres.BackfillTable.Part;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The way over one part of a table. The cost of a batch does not grow as the work goes on: each begins where the cursor
 * stands, whether or not rows still match.
 */
sealed interface Walk permits Walk.ByKey, Walk.ByRow, BlockWalk {

    /** The word in the cursor. */
    String word();

    Part part();

    BackfillTable table();

    /** What identifies a row, as it stands in statements: the key's columns, or its ctid. */
    List<String> identity();

    /** Consecutive ranges over all that is there now, not more than so many, but for the last few rows. */
    List<Cut> cuts(Connection connection, int ranges) throws SQLException;

    /**
     * The next rows.
     *
     * @param after the last position done, or null at the beginning
     * @param until the last position of the range
     */
    Next next(Connection connection, @Nullable List<String> after, List<String> until, long rows) throws SQLException;

    /** The condition that a row lies behind a position, and not behind another one. */
    String condition(@Nullable List<String> after, List<String> upTo);

    /** The condition that a row is to be thinned out on the way from one position to another; null for none. */
    default @Nullable String ahead(@Nullable List<String> after, List<String> upTo) {
        return null;
    }

    /** The condition that a row is looked at for the first time on that way; null where {@link Next#rows} is exact. */
    default @Nullable String first(@Nullable List<String> after, List<String> upTo) {
        return null;
    }

    /**
     * @param until the last position of a range
     * @param rows in it, by statistics
     */
    record Cut(List<String> until, long rows) {}

    /**
     * @param upTo its last position
     * @param rows in it, about as many by blocks
     * @param last whether the range ends with it
     */
    record Next(List<String> upTo, long rows, boolean last) {}

    /** The part under the table's name, so that the author's column names mean its columns. */
    default String source() {
        return part().relation().equals(table().sql()) ? table().sql() : part().relation() + " AS " + table().name();
    }

    static Walk of(String word, BackfillTable table, Part part) {
        return switch (word) {
            case "block" -> new BlockWalk(table, part);
            case "row" -> new ByRow(new ByKey(table, part));
            default -> new ByKey(table, part);
        };
    }

    /** Along a unique key; text form of the key's values is the position. */
    record ByKey(BackfillTable table, Part part) implements Walk {

        private static final int SAMPLED_BLOCKS = 400;

        @Override
        public String word() {
            return "key";
        }

        @Override
        public List<String> identity() {
            return table.key().stream().map(column -> table.name() + "." + Identifiers.quote(column.name())).toList();
        }

        @Override
        public List<Cut> cuts(Connection connection, int ranges) throws SQLException {
            List<List<String>> ends = new ArrayList<>(ranges > 1 ? sampled(connection, ranges) : List.of());
            Rows.first(connection, "SELECT %s FROM %s ORDER BY %s LIMIT 1".formatted(asText(), source(),
                    identity().stream().map(column -> column + " DESC").collect(Collectors.joining(", "))),
                    this::position).ifPresent(end -> {
                        ends.remove(end);
                        ends.add(end);
                    });
            return ends.stream().map(end -> new Cut(end, part.rows() / ends.size())).toList();
        }

        /** Keys at equal distances in a sample of whole blocks, which is cheap however large the table is. */
        private List<List<String>> sampled(Connection connection, int ranges) throws SQLException {
            double percent = part.blocks() == 0 ? 100 : Math.clamp(100.0 * SAMPLED_BLOCKS / part.blocks(), 0.0001, 100);
            String keys = String.join(", ", identity());
            return Rows.list(connection, """
                    SELECT %s
                    FROM (SELECT %s, row_number() OVER (ORDER BY %s) AS rubicon_number, count(*) OVER () AS rubicon_all
                          FROM %s TABLESAMPLE SYSTEM (%s)) AS %s
                    WHERE rubicon_number * %d / rubicon_all <> (rubicon_number - 1) * %d / rubicon_all
                      AND rubicon_number < rubicon_all
                    ORDER BY %s""".formatted(asText(), keys, keys, source(), String.valueOf(percent), table.name(),
                    ranges, ranges, keys), this::position);
        }

        @Override
        public Next next(Connection connection, @Nullable List<String> after, List<String> until, long rows)
                throws SQLException {
            String condition = condition(after, until);
            String keys = String.join(", ", identity());
            // from the place of the cursor along the index: the offset is the batch itself, not what was done before
            List<List<String>> found = Rows.list(connection, "SELECT %s FROM %s WHERE %s ORDER BY %s OFFSET %d LIMIT 1"
                    .formatted(asText(), source(), condition, keys, rows - 1), this::position);
            if (!found.isEmpty()) {
                return new Next(found.getFirst(), rows, found.getFirst().equals(until));
            }
            long left = Rows.first(connection, "SELECT count(*) FROM %s WHERE %s".formatted(source(), condition),
                    row -> row.getLong(1)).orElse(0L);
            return new Next(until, left, true);
        }

        @Override
        public String condition(@Nullable List<String> after, List<String> upTo) {
            String keys = row(identity());
            return (after == null ? "" : keys + " > " + row(literals(after)) + " AND ") + keys + " <= "
                    + row(literals(upTo));
        }

        String exactly(List<String> position) {
            return row(identity()) + " = " + row(literals(position));
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

    /** One row of a key, which was set aside and is tried again. */
    record ByRow(ByKey key) implements Walk {

        @Override
        public String word() {
            return "row";
        }

        @Override
        public Part part() {
            return key.part();
        }

        @Override
        public BackfillTable table() {
            return key.table();
        }

        @Override
        public List<String> identity() {
            return key.identity();
        }

        @Override
        public List<Cut> cuts(Connection connection, int ranges) {
            return List.of();
        }

        @Override
        public Next next(Connection connection, @Nullable List<String> after, List<String> until, long rows) {
            return new Next(until, 1, true);
        }

        @Override
        public String condition(@Nullable List<String> after, List<String> upTo) {
            return key.exactly(upTo);
        }
    }
}
