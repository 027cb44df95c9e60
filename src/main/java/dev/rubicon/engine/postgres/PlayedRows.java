package dev.rubicon.engine.postgres;

import dev.rubicon.engine.Applications.FilledColumn;
import dev.rubicon.engine.Applications.Version;
import dev.rubicon.engine.Likeness;
import dev.rubicon.engine.facts.Identifiers;
import dev.rubicon.engine.postgres.TableLayout.Column;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The statements with which a version of an application writes to one table. A new row is like one that is there but for what
 * no two rows may have alike, and a changed one takes the values of another: what satisfies conditions and references once
 * satisfies them again.
 */
final class PlayedRows {

    static final int INSERTS = 8;
    /** Above what a filled shadow has, within an int. */
    private static final int FRESH = 1_100_000_000;
    private static final int A_ROUND = 1000;

    private final Connection connection;
    private final WatchedTable table;
    private final TableLayout at;
    private final Version by;
    private final List<FilledColumn> filled;
    private final SyntheticTable made;
    private final String number;

    /**
     * @param at what the version takes for the table
     * @param filled of this table alone
     * @param round counts the times of writing
     */
    PlayedRows(Connection connection, WatchedTable table, TableLayout at, Version by, List<FilledColumn> filled,
            int round) throws SQLException {
        this.connection = connection;
        this.table = table;
        this.at = at;
        this.by = by;
        this.filled = filled;
        this.made = SyntheticTable.of(connection, at.oid(), at.schema(), at.name());
        this.number = "(%d + rubicon_number)".formatted(FRESH + round * A_ROUND);
    }

    /** The columns that the version names. */
    private List<Column> known() {
        Set<String> leftOut = filled.stream().map(FilledColumn::keptFrom).filter(Objects::nonNull)
                .collect(Collectors.toSet());
        return at.columns().stream().filter(column -> !column.generated())
                .filter(column -> by == Version.OLD
                        ? table.start.column(column.name()) != null
                        : !leftOut.contains(column.name()) && !filledFromElsewhere(column))
                .toList();
    }

    private boolean filledFromElsewhere(Column column) {
        return filling(column).filter(each -> each.expression() == null).isPresent();
    }

    /** Empty for the old version, which fills nothing. */
    private Optional<FilledColumn> filling(Column column) {
        return by == Version.OLD
                ? Optional.empty()
                : filled.stream().filter(each -> each.column().equals(column.name())).findFirst();
    }

    /** @return the keys of the new rows */
    List<List<String>> insert() throws SQLException {
        boolean some = Rows.first(connection, "SELECT 1 FROM %s LIMIT 1".formatted(at.sql()), row -> row.getInt(1))
                .isPresent();
        if (!some) {
            return insertFirst();
        }
        List<Column> named = known().stream().filter(column -> !column.numbered()).toList();
        String order = table.keyTexts(at);
        String rows = "SELECT %s FROM (SELECT t.*, row_number() OVER (ORDER BY %s) AS rubicon_number FROM %s t ORDER BY %s LIMIT %d) AS s"
                .formatted(at.columns().stream().map(this::inserted).collect(Collectors.joining(",\n       ")), order,
                        at.sql(), order, INSERTS);
        return keys("INSERT INTO %s AS t (%s)\nSELECT %s FROM (%s) AS r\nRETURNING %s".formatted(at.sql(),
                names(named), from("r", named), withFilled(rows), table.keyTexts(at)));
    }

    /** Into an empty table: rows are made up. */
    private List<List<String>> insertFirst() throws SQLException {
        Set<String> names = known().stream().filter(column -> filling(column).isEmpty()).map(Column::name)
                .collect(Collectors.toSet());
        SyntheticRows rows = new SyntheticRows(connection, new Likeness("", "", "", List.of(), List.of()), INSERTS);
        Optional<String> insert = rows.few(made, column -> names.contains(column.name()), INSERTS, false);
        if (insert.isEmpty()) {
            throw new SQLException("nothing is known of values of a type that it demands");
        }
        List<List<String>> keys = keys(insert.get() + "\nRETURNING " + table.keyTexts(at));
        rows.advanceSequences(made);
        return keys;
    }

    private String inserted(Column column) {
        String own = "s." + column.quoted();
        boolean fresh = at.unique().contains(column.name()) && !made.refers(column.name());
        String value = fresh ? fresh(column, own) : isNew(column) ? made(column, own) : own;
        return value + " AS " + column.quoted();
    }

    /** Whether the plan brought it, and does not fill it itself: then the new version gives it a value of its own. */
    private boolean isNew(Column column) {
        return by == Version.NEW && !table.added && filling(column).isEmpty()
                && table.start.columns().stream().noneMatch(before -> column.equals(table.now(at, before.name())));
    }

    private String fresh(Column column, String own) {
        SyntheticTable.Column like = like(column);
        if (like == null || column.generated()) {
            return own;
        }
        if (!like.array() && Set.of("int2", "int4", "int8", "numeric").contains(like.base())) {
            return "((SELECT coalesce(max(m.%s), 0) FROM %s AS m) + rubicon_number)::%s".formatted(column.quoted(),
                    at.sql(), column.type());
        }
        return !like.array() && like.category().equals("S")
                ? "('r' || %s || '-' || coalesce(%s::text, ''))::%s".formatted(number, own, column.type())
                : SyntheticValue.of(like, number, 0).orElse(own);
    }

    private String made(Column column, String own) {
        SyntheticTable.Column like = like(column);
        if (like == null || column.generated()) {
            return own;
        }
        Optional<SyntheticTable.Reference> reference = made.references().stream()
                .filter(each -> each.columns().equals(List.of(column.name()))).findFirst();
        if (reference.isPresent()) {
            return "(SELECT p.%s FROM %d::oid::regclass AS p LIMIT 1)".formatted(Identifiers.quote(reference.get().others().getFirst()),
                    reference.get().table());
        }
        List<String> allowed = SyntheticRows.allowed(made, like);
        return allowed.isEmpty()
                ? SyntheticValue.of(like, number, 0).orElse(own)
                : "(%s)::%s".formatted(SyntheticValue.oneOf(allowed, number), column.type());
    }

    private SyntheticTable.@Nullable Column like(Column column) {
        return made.columns().stream().filter(each -> each.name().equals(column.name())).findFirst().orElse(null);
    }

    /** Each row takes the values of the next one. */
    List<List<String>> update(List<List<String>> keys) throws SQLException {
        List<Column> key = table.start.key().stream().map(name -> table.now(at, name)).toList();
        List<Column> changed = known().stream().filter(column -> !key.contains(column)
                && !at.unique().contains(column.name()) && !column.numbered()).toList();
        if (changed.isEmpty() || keys.isEmpty()) {
            return List.of();
        }
        List<String> pairs = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            String pair = WatchedTable.values(key, keys.get(i));
            String next = WatchedTable.values(key, keys.get((i + 1) % keys.size()));
            pairs.add("(%d, %s, %s)".formatted(i, pair.substring(1, pair.length() - 1),
                    next.substring(1, next.length() - 1)));
        }
        String rows = "SELECT %s\n  FROM (VALUES %s) AS p (rubicon_number, %s, %s)\n  JOIN %s AS t ON %s JOIN %s AS s ON %s"
                .formatted(at.columns().stream().map(column -> updated(column, changed))
                        .collect(Collectors.joining(", ")), String.join(", ", pairs), numbered("k", key),
                        numbered("n", key), at.sql(), equal("t", "k", key), at.sql(), equal("s", "n", key));
        return keys("UPDATE %s AS t SET %s\n  FROM (%s) AS r\n WHERE %s\nRETURNING %s".formatted(at.sql(),
                changed.stream().map(column -> column.quoted() + " = r." + value(column))
                        .collect(Collectors.joining(", ")),
                withFilled(rows), key.stream().map(column -> "t.%1$s = r.%1$s".formatted(column.quoted()))
                        .collect(Collectors.joining(" AND ")), table.keyTexts(at)));
    }

    private String updated(Column column, List<Column> changed) {
        String own = (changed.contains(column) ? "s." : "t.") + column.quoted();
        return (changed.contains(column) && isNew(column) ? made(column, own) : own) + " AS " + column.quoted();
    }

    List<List<String>> delete(List<List<String>> keys) throws SQLException {
        return keys.isEmpty()
                ? keys
                : keys("DELETE FROM %s AS t WHERE %s RETURNING %s".formatted(at.sql(), table.among(at, keys),
                        table.keyTexts(at)));
    }

    /** Behind the columns of the rows, what the plan would fill others with. */
    private String withFilled(String rows) {
        String more = at.columns().stream().filter(column -> filling(column).isPresent() && !filledFromElsewhere(column))
                .map(column -> ", %s AS %s".formatted(expression(column), Identifiers.quote("rubicon " + column.name())))
                .collect(Collectors.joining());
        String alias = Identifiers.quote(at.name());
        return "SELECT %s.*%s FROM (%s) AS %s".formatted(alias, more, rows, alias);
    }

    /** A version that leaves the old column to a trigger has a value of its own in the new one. */
    private String expression(Column column) {
        FilledColumn how = filling(column).orElseThrow();
        return how.keptFrom() == null
                ? "(" + how.expression() + ")"
                : "coalesce(%s, (%s)::%s)".formatted(column.quoted(), how.expression(), column.type());
    }

    private String value(Column column) {
        return filling(column).isPresent() ? Identifiers.quote("rubicon " + column.name()) : column.quoted();
    }

    private String from(String alias, List<Column> columns) {
        return columns.stream().map(column -> alias + "." + value(column)).collect(Collectors.joining(", "));
    }

    private static String names(List<Column> columns) {
        return columns.stream().map(Column::quoted).collect(Collectors.joining(", "));
    }

    private static String numbered(String letter, List<Column> key) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < key.size(); i++) {
            names.add("rubicon_" + letter + i);
        }
        return String.join(", ", names);
    }

    private static String equal(String alias, String letter, List<Column> key) {
        List<String> equal = new ArrayList<>();
        for (int i = 0; i < key.size(); i++) {
            equal.add("%s.%s = p.rubicon_%s%d".formatted(alias, key.get(i).quoted(), letter, i));
        }
        return String.join(" AND ", equal);
    }

    private List<List<String>> keys(String sql) throws SQLException {
        return Rows.list(connection, sql, row -> {
            List<String> key = new ArrayList<>();
            for (int i = 1; i <= table.start.key().size(); i++) {
                key.add(row.getString(i));
            }
            return key;
        });
    }
}
