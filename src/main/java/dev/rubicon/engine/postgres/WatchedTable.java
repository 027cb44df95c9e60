package dev.rubicon.engine.postgres;

import dev.rubicon.engine.Applications.FilledColumn;
import dev.rubicon.engine.Applications.Version;
import dev.rubicon.engine.facts.Identifiers;
import dev.rubicon.engine.postgres.TableLayout.Column;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A table to which the versions of an application write, with every row that they wrote as it has to be in the end.
 *
 * <p>A column of the beginning is found again by its name, and where that is gone by its number, which it keeps when it is
 * renamed. Values are compared as texts of the type that the column had in the beginning.
 */
final class WatchedTable {

    /** Rows that were there before: some are updated, some deleted. */
    private static final int PICKS = 16;

    /**
     * A row as it has to be.
     *
     * @param by who wrote it last, or null for nobody yet
     * @param there false when it was deleted
     * @param old values of the columns of the beginning, by their names there
     * @param young values of columns that came since, by their names
     */
    record Row(@Nullable Version by, boolean there, Map<String, @Nullable String> old,
            Map<String, @Nullable String> young) {}

    final TableLayout start;
    final boolean added;
    final Map<List<String>, Row> rows = new LinkedHashMap<>();

    /** @param added whether the table came with the plan: then it has no columns of the beginning */
    WatchedTable(TableLayout start, boolean added) {
        this.start = start;
        this.added = added;
    }

    String sql() {
        return start.sql();
    }

    /** Chooses the rows that may be written. */
    void pick(Connection connection) throws SQLException {
        String order = start.key().stream().map(Identifiers::quote).collect(Collectors.joining(", "));
        List<List<String>> keys = Rows.list(connection,
                "SELECT %s FROM %s t ORDER BY %s LIMIT %d".formatted(keyTexts(start), sql(), order, PICKS), this::key);
        read(connection, start, keys, null, List.of());
    }

    private List<String> key(ResultSet row) throws SQLException {
        List<String> key = new ArrayList<>();
        for (int i = 1; i <= start.key().size(); i++) {
            key.add(row.getString(i));
        }
        return key;
    }

    /** The same table now: it itself, or what has its name by now. */
    Optional<TableLayout> now(Connection connection) throws SQLException {
        Optional<TableLayout> same = TableLayout.of(connection, start.oid());
        return same.isPresent() ? same : TableLayout.named(connection, sql()).filter(found -> !found.view());
    }

    /** Where the column of the beginning is now, or null when it is gone. */
    @Nullable
    Column now(TableLayout now, String name) {
        Column byName = now.column(name);
        Column before = start.column(name);
        return byName != null || before == null || now.oid() != start.oid()
                ? byName
                : now.columns().stream().filter(each -> each.number() == before.number()).findFirst().orElse(null);
    }

    boolean keyIsThere(TableLayout now) {
        return start.key().stream().allMatch(name -> now(now, name) != null);
    }

    /** The key's values as texts, to be selected from {@code t}; only where the key is there. */
    String keyTexts(TableLayout now) {
        return start.key().stream().map(name -> text(now, name)).collect(Collectors.joining(", "));
    }

    private String text(TableLayout now, String name) {
        Column column = now(now, name);
        Column before = start.column(name);
        return column == null || before == null
                ? "NULL"
                : column.type().equals(before.type())
                        ? "t." + column.quoted() + "::text"
                        : "t.%s::%s::text".formatted(column.quoted(), before.type());
    }

    /** A condition on {@code t} that these rows meet; needs no more than a look into the key's index for each. */
    String among(TableLayout now, List<List<String>> keys) {
        List<Column> columns = start.key().stream().map(name -> now(now, name)).toList();
        String names = columns.stream().map(column -> "t." + column.quoted()).collect(Collectors.joining(", "));
        return keys.isEmpty()
                ? "false"
                : "(%s) IN (VALUES %s)".formatted(names, keys.stream().map(key -> values(columns, key))
                        .collect(Collectors.joining(", ")));
    }

    static String values(List<Column> columns, List<String> key) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < key.size(); i++) {
            values.add(Identifiers.literal(key.get(i)) + "::" + columns.get(i).type());
        }
        return "(" + String.join(", ", values) + ")";
    }

    /** Takes the rows as they are now for how they have to be; those that are not there count as deleted. */
    void read(Connection connection, TableLayout now, List<List<String>> keys, @Nullable Version by,
            List<FilledColumn> kept) throws SQLException {
        Map<List<String>, Row> found = find(connection, now, keys, by, kept);
        keys.forEach(key -> rows.put(key, found.getOrDefault(key, new Row(by, false, Map.of(), Map.of()))));
    }

    /** @param kept columns that a trigger is to fill: they have to be what the new version wrote beside them */
    Map<List<String>, Row> find(Connection connection, TableLayout now, List<List<String>> keys, @Nullable Version by,
            List<FilledColumn> kept) throws SQLException {
        List<String> before = added ? List.of() : start.columns().stream().map(Column::name)
                .filter(name -> now(now, name) != null).toList();
        List<String> since = now.columns().stream().filter(column -> !column.generated())
                .filter(column -> before.stream().noneMatch(name -> column.equals(now(now, name)))).map(Column::name)
                .toList();
        List<String> texts = new ArrayList<>();
        before.forEach(name -> texts.add(kept.stream().filter(each -> name.equals(each.keptFrom())).findFirst()
                .map(each -> "t.%s::%s::text".formatted(Identifiers.quote(each.column()),
                        Objects.requireNonNull(start.column(name)).type()))
                .orElse(text(now, name))));
        since.forEach(name -> texts.add("t." + Identifiers.quote(name) + "::text"));
        Map<List<String>, Row> found = new LinkedHashMap<>();
        int width = start.key().size();
        Rows.list(connection, "SELECT %s%s FROM %s t WHERE %s".formatted(keyTexts(now), texts.stream()
                .map(text -> ", " + text).collect(Collectors.joining()), now.sql(), among(now, keys)), row -> {
                    Map<String, @Nullable String> old = new TreeMap<>();
                    Map<String, @Nullable String> young = new TreeMap<>();
                    for (int i = 0; i < before.size(); i++) {
                        old.put(before.get(i), row.getString(width + 1 + i));
                    }
                    for (int i = 0; i < since.size(); i++) {
                        young.put(since.get(i), row.getString(width + 1 + before.size() + i));
                    }
                    List<String> key = key(row);
                    found.put(key, new Row(by, true, old, young));
                    return key;
                });
        return found;
    }

    List<List<String>> there() {
        return rows.entrySet().stream().filter(row -> row.getValue().there).map(Map.Entry::getKey).toList();
    }
}
