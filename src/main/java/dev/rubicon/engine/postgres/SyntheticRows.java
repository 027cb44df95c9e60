package dev.rubicon.engine.postgres;

import dev.rubicon.engine.Filled;
import dev.rubicon.engine.Likeness;
import dev.rubicon.engine.Likeness.ColumnLikeness;
import dev.rubicon.engine.Likeness.TableLikeness;
import dev.rubicon.engine.facts.Identifiers;
import dev.rubicon.engine.postgres.SyntheticTable.Column;
import dev.rubicon.engine.postgres.SyntheticTable.Reference;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Fills the tables of a shadow, referenced ones first, each with one INSERT over a series of numbers. Nothing random is in
 * it: the same schema and estimates give the same rows. A table whose rows the server refuses stays empty, and says why.
 */
final class SyntheticRows {

    /** For a table of which the target has no estimate yet. */
    private static final long UNKNOWN = 100;
    /** However much is scaled down, a table that has rows keeps some. */
    private static final long FEW = 10;
    private static final Pattern TEXT = Pattern.compile("'((?:[^']|'')*)'::");
    private static final int THOUSAND = 1000;

    private final Connection connection;
    private final Map<String, TableLikeness> likeness;
    private final int most;
    private final double scale;
    private final Map<Long, Long> filled = new LinkedHashMap<>();
    private final List<String> unfilled = new ArrayList<>();

    /** @param connection in autocommit, as the owner of the tables */
    SyntheticRows(Connection connection, Likeness likeness, int most) {
        this.connection = connection;
        this.most = most;
        this.likeness = likeness.tables().stream()
                .collect(Collectors.toMap(table -> key(table.schema(), table.name()), table -> table));
        this.scale = Math.min(1, most / Math.max(1, likeness.tables().stream().mapToDouble(TableLikeness::rows).max()
                .orElse(1)));
    }

    Filled fill() throws SQLException {
        Map<Long, SyntheticTable> tables = SyntheticTable.read(connection);
        for (SyntheticTable table : inOrder(tables)) {
            long wanted = wanted(table);
            long rows = wanted == 0 ? 0 : fill(table, tables, wanted);
            filled.put(table.oid(), rows);
        }
        Rows.execute(connection, "ANALYZE");
        return new Filled((int) filled.values().stream().filter(rows -> rows > 0).count(),
                filled.values().stream().mapToLong(Long::longValue).sum(), unfilled);
    }

    /**
     * The statement that inserts some rows into a table that has none; empty where it cannot have any.
     *
     * @param known the columns that may be named
     * @param careful whether columns that nothing demands a value of stay empty
     */
    Optional<String> few(SyntheticTable table, Predicate<Column> known, int rows, boolean careful)
            throws SQLException {
        Map<Long, SyntheticTable> tables = SyntheticTable.read(connection);
        for (SyntheticTable.Reference reference : table.references()) {
            SyntheticTable other = tables.get(reference.table());
            if (other != null && other.oid() != table.oid()) {
                filled.put(other.oid(), Rows.first(connection, "SELECT count(*) FROM " + other.sql(),
                        row -> row.getLong(1)).orElse(0L));
            }
        }
        return insert(table.with(known), tables, rows, careful);
    }

    /** Referenced tables first; where references go in a circle, as they come. */
    private static List<SyntheticTable> inOrder(Map<Long, SyntheticTable> tables) {
        List<SyntheticTable> order = new ArrayList<>();
        Set<Long> begun = new HashSet<>();
        tables.values().forEach(table -> visit(table, tables, begun, order));
        return order;
    }

    private static void visit(SyntheticTable table, Map<Long, SyntheticTable> tables, Set<Long> begun,
            List<SyntheticTable> order) {
        if (begun.add(table.oid())) {
            table.references().stream().map(reference -> tables.get(reference.table()))
                    .filter(other -> other != null).forEach(other -> visit(other, tables, begun, order));
            order.add(table);
        }
    }

    private long wanted(SyntheticTable table) {
        TableLikeness like = likeness.get(key(table.schema(), table.name()));
        if (like == null || like.rows() < 0) {
            return Math.min(most, UNKNOWN);
        }
        long rows = Math.round(like.rows());
        return Math.min(most, Math.max(Math.min(rows, FEW), Math.round(rows * scale)));
    }

    private long fill(SyntheticTable table, Map<Long, SyntheticTable> tables, long wanted) throws SQLException {
        String refusal = "";
        for (boolean careful : new boolean[]{false, true}) {
            Optional<String> insert = insert(table, tables, wanted, careful);
            if (insert.isEmpty()) {
                return 0;
            }
            try {
                long rows = Rows.execute(connection, insert.get());
                if (rows < wanted) {
                    unfilled.add("%s holds %d rows and not %d: keys and references allow no more".formatted(table.sql(),
                            rows, wanted));
                }
                advanceSequences(table);
                return rows;
            } catch (SQLException e) {
                if (SqlStates.connectionLost(e)) {
                    throw e;
                }
                refusal = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            }
        }
        unfilled.add("%s holds no rows: %s".formatted(table.sql(), refusal));
        return 0;
    }

    /** What the application inserts next must not meet a synthetic row. */
    void advanceSequences(SyntheticTable table) throws SQLException {
        for (Column column : table.columns()) {
            if (List.of("int2", "int4", "int8").contains(column.base()) && !column.array()) {
                Rows.first(connection,
                        """
                        SELECT pg_catalog.setval(s::regclass, greatest(m, 1))
                          FROM (SELECT pg_catalog.pg_get_serial_sequence(?, ?) AS s, max(%s) AS m FROM %s) AS newest
                         WHERE s IS NOT NULL AND m IS NOT NULL""".formatted(Identifiers.quote(column.name()),
                                table.sql()),
                        row -> row.getLong(1), table.sql(), column.name());
            }
        }
    }

    /** @param careful whether columns that nothing demands a value of stay empty */
    private Optional<String> insert(SyntheticTable table, Map<Long, SyntheticTable> tables, long rows,
            boolean careful) {
        Map<String, String> values = new LinkedHashMap<>();
        StringBuilder from = new StringBuilder("generate_series(1::bigint, " + rows + ") AS i");
        for (int at = 0; at < table.references().size(); at++) {
            refer(table, tables, at, careful, values, from);
        }
        for (int at = 0; at < table.columns().size(); at++) {
            Column column = table.columns().get(at);
            if (values.containsKey(column.name()) || (careful && !column.required() && !table.isKey(column.name()))) {
                continue;
            }
            Optional<String> value = value(table, column, at, rows);
            if (value.isPresent()) {
                values.put(column.name(), value.get());
            } else if (column.required()) {
                unfilled.add("%s holds no rows: nothing is known of values of type %s, which %s demands"
                        .formatted(table.sql(), column.type(), column.name()));
                return Optional.empty();
            }
        }
        if (values.isEmpty()) {
            return Optional.of("INSERT INTO %s AS t SELECT FROM %s".formatted(table.sql(), from));
        }
        return Optional
                .of("INSERT INTO %s AS t (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM %s ON CONFLICT DO NOTHING".formatted(
                        table.sql(), values.keySet().stream().map(Identifiers::quote).collect(Collectors.joining(", ")),
                        String.join(", ", values.values()), from));
    }

    /** Rows of the other table take turns; in a key of several references the later ones turn more slowly. */
    private void refer(SyntheticTable table, Map<Long, SyntheticTable> tables, int at, boolean careful,
            Map<String, String> values, StringBuilder from) {
        Reference reference = table.references().get(at);
        SyntheticTable other = tables.get(reference.table());
        List<Column> own = table.columns().stream().filter(column -> reference.columns().contains(column.name()))
                .toList();
        boolean required = own.stream().anyMatch(Column::required);
        if (reference.columns().stream().anyMatch(values::containsKey) || other == null) {
            return;
        }
        if (other.oid() == table.oid()) {
            if (!required) {
                reference.columns().forEach(column -> values.put(column, "NULL"));
            }
            return; // a required one refers to its own row: both columns get the same value
        }
        if (!required && (careful || filled.getOrDefault(other.oid(), 0L) == 0)) {
            reference.columns().forEach(column -> values.put(column, "NULL"));
            return;
        }
        String alias = "r" + at;
        long slowness = 1;
        if (reference.columns().stream().anyMatch(table::isKey)) {
            for (int before = 0; before < at; before++) {
                if (from.indexOf(" AS r" + before + " ") >= 0) {
                    slowness *= Math.max(1, filled.getOrDefault(table.references().get(before).table(), 1L));
                }
            }
        }
        long others = Math.max(1, filled.getOrDefault(other.oid(), 1L));
        from.append("\n JOIN (SELECT row_number() OVER () AS rubicon_turn, %s FROM %s) AS %s "
                .formatted(reference.others().stream().map(Identifiers::quote).distinct()
                        .collect(Collectors.joining(", ")), other.sql(), alias))
                .append("ON %s.rubicon_turn = 1 + ((i - 1) / %d) %% %d".formatted(alias, slowness, others));
        for (int k = 0; k < reference.columns().size(); k++) {
            String name = reference.columns().get(k);
            Column column = own.stream().filter(each -> each.name().equals(name)).findFirst().orElse(null);
            if (column != null) {
                values.put(name, sometimesNull(table, column, at,
                        alias + "." + Identifiers.quote(reference.others().get(k))));
            }
        }
    }

    private Optional<String> value(SyntheticTable table, Column column, int at, long rows) {
        ColumnLikeness like = like(table, column);
        double estimate = like == null ? -1 : like.distinct();
        long distinct = estimate == 0
                ? rows
                : Math.clamp(Math.round(estimate < 0 ? -estimate * rows : estimate), 1, Math.max(1, rows));
        String number = table.isKey(column.name()) ? "i" : "1 + (i * 7919) %% %d".formatted(distinct);
        List<String> allowed = allowed(table, column);
        Optional<String> value = allowed.isEmpty()
                ? SyntheticValue.of(column, number, like == null ? 0 : like.width())
                : Optional.of("(%s)::%s".formatted(SyntheticValue.oneOf(allowed, number), column.type()));
        return value.map(expression -> sometimesNull(table, column, at, expression));
    }

    /** The texts that a condition on this column alone names: most such conditions are lists of what is allowed. */
    static List<String> allowed(SyntheticTable table, Column column) {
        return column.array() || !column.category().equals("S")
                ? List.of()
                : table.conditions().stream().filter(condition -> condition.columns().equals(List.of(column.name())))
                        .filter(condition -> condition.text().contains("= ANY") || condition.text().contains(" = '"))
                        .flatMap(condition -> TEXT.matcher(condition.text()).results())
                        .map((MatchResult match) -> match.group(1).replace("''", "'")).distinct().toList();
    }

    private String sometimesNull(SyntheticTable table, Column column, int at, String value) {
        ColumnLikeness like = like(table, column);
        long thousandths = like == null ? 0 : Math.round(like.nullFraction() * THOUSAND);
        return column.required() || thousandths == 0 || table.isKey(column.name())
                ? value
                : "CASE WHEN (i * 613 + %d) %% %d >= %d THEN %s END".formatted(at * 97L, THOUSAND, thousandths, value);
    }

    private @Nullable ColumnLikeness like(SyntheticTable table, Column column) {
        TableLikeness like = likeness.get(key(table.schema(), table.name()));
        return like == null
                ? null
                : like.columns().stream().filter(each -> each.name().equals(column.name())).findFirst().orElse(null);
    }

    private static String key(String schema, String table) {
        return schema + "\0" + table;
    }
}
