package dev.rubicon.engine.postgres;

import dev.rubicon.engine.Applications;
import dev.rubicon.engine.TableSum;
import dev.rubicon.engine.TargetUnavailable;
import dev.rubicon.engine.facts.Identifiers;
import dev.rubicon.engine.postgres.WatchedTable.Row;
import dev.rubicon.registry.TargetAccess;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Plays them over connections of its own; each table's inserts, updates and deletes are a transaction each. */
final class PlayedApplications implements Applications {

    private static final Duration SILENCE = Duration.ofMinutes(2);
    private static final int UPDATES = 5;

    private final TargetAccess shadow;
    private final List<WatchedTable> tables = new ArrayList<>();
    /** Tables that triggers or cascades write to when the watched ones are written, each with the one. */
    private final Map<String, String> writtenBeside = new HashMap<>();
    private final List<String> unwatched = new ArrayList<>();
    private int picked;
    private int round;

    private PlayedApplications(TargetAccess shadow) {
        this.shadow = shadow;
    }

    static PlayedApplications begin(TargetAccess shadow, Collection<String> tables) {
        PlayedApplications played = new PlayedApplications(shadow);
        played.connected(connection -> {
            for (String table : tables) {
                played.watch(connection, table, false);
            }
            return played;
        });
        played.picked = played.tables.stream().mapToInt(table -> table.rows.size()).sum();
        return played;
    }

    private interface Body<T> {
        T with(Connection connection) throws SQLException;
    }

    private <T> T connected(Body<T> body) {
        return connected(SILENCE, body);
    }

    private <T> T connected(Duration silence, Body<T> body) {
        try (Connection connection = Connections.open(shadow, "rubicon plays applications", silence)) {
            TableSums.printAlike(connection);
            return body.with(connection);
        } catch (SQLException e) {
            throw new TargetUnavailable("What applications write could not be played on the shadow: "
                    + Connections.message(e, shadow), null);
        }
    }

    private void watch(Connection connection, String written, boolean added) throws SQLException {
        Optional<TableLayout> found = TableLayout.named(connection, written).filter(layout -> !layout.view());
        if (found.isEmpty() || tables.stream().anyMatch(table -> table.start.oid() == found.get().oid())) {
            return;
        }
        if (found.get().key().isEmpty()) {
            String why = found.get().sql() + " has no key by which a row could be found again";
            if (!unwatched.contains(why)) {
                unwatched.add(why);
            }
            return;
        }
        WatchedTable table = new WatchedTable(found.get(), added);
        if (!added) {
            table.pick(connection);
        }
        tables.add(table);
    }

    @Override
    public int picked() {
        return picked;
    }

    @Override
    public Writes write(Version by, Collection<String> also, List<FilledColumn> filled) {
        return connected(connection -> {
            round++;
            List<Written> written = new ArrayList<>();
            List<String> unwritten = new ArrayList<>();
            for (String table : also) {
                watch(connection, table, true);
            }
            unwritten.addAll(unwatched);
            unwatched.clear();
            connection.setAutoCommit(false);
            for (WatchedTable table : tables) {
                if (by == Version.NEW || !table.added) {
                    write(connection, table, by, filled, written, unwritten);
                }
            }
            return new Writes(written, unwritten);
        });
    }

    private void write(Connection connection, WatchedTable table, Version by, List<FilledColumn> filled,
            List<Written> written, List<String> unwritten) throws SQLException {
        TableLayout now = table.now(connection).orElse(null);
        Optional<TableLayout> at = by == Version.OLD
                ? TableLayout.named(connection, table.sql()).map(found -> found.inPlaceOf(table.start))
                : Optional.ofNullable(now);
        String why = now == null || at.isEmpty() ? "it is gone" : unknown(table, at.get(), by);
        if (now == null || at.isEmpty() || !why.isEmpty()) {
            unwritten.add("The %s application does not write %s: %s".formatted(by.word(), table.sql(), why));
            connection.commit();
            return;
        }
        List<FilledColumn> own = new ArrayList<>();
        for (FilledColumn each : filled) {
            boolean before = !table.added && table.start.column(each.column()) != null;
            if (!before
                    && TableLayout.named(connection, each.table()).filter(of -> of.oid() == now.oid()).isPresent()) {
                own.add(each);
            }
        }
        PlayedRows rows = new PlayedRows(connection, table, at.get(), by, own, round);
        List<FilledColumn> kept = by == Version.NEW ? own : List.of();
        Deed deed = new Deed(connection, table, now, by, kept, unwritten);
        List<List<String>> mine = table.rows.entrySet().stream()
                .filter(row -> row.getValue().there() && row.getValue().by() != null).map(Map.Entry::getKey).toList();
        int deleted = deed.done("delete from", () -> rows.delete(toDelete(table, now, mine)));
        int updated = deed.done("update", () -> rows.update(toUpdate(table)));
        int inserted = deed.done("insert into", rows::insert);
        written.add(new Written(table.sql(), by, inserted, updated, deleted));
    }

    /** Why a version cannot write a table, or empty. */
    private static String unknown(WatchedTable table, TableLayout at, Version by) {
        List<String> missing = table.start.columns().stream().filter(column -> !column.generated())
                .filter(column -> at.column(column.name()) == null).map(TableLayout.Column::name).toList();
        return by == Version.OLD && !missing.isEmpty()
                ? "of what it knows, there is no %s any more".formatted(String.join(", ", missing))
                : table.keyIsThere(at) ? "" : "its key is gone, so that no row could be found again";
    }

    /** Rows to which others refer stay, but for those that a version wrote itself. */
    private static List<List<String>> toDelete(WatchedTable table, TableLayout now, List<List<String>> mine) {
        List<List<String>> keys = new ArrayList<>(mine.subList(0, Math.min(1, mine.size())));
        if (!table.start.referenced() && !now.referenced()) {
            table.there().stream().filter(key -> !mine.contains(key)).reduce((one, other) -> other)
                    .ifPresent(keys::add);
        }
        return keys;
    }

    private List<List<String>> toUpdate(WatchedTable table) {
        List<List<String>> there = table.there();
        List<List<String>> keys = new ArrayList<>();
        for (int i = 0; i < Math.min(UPDATES, there.size()); i++) {
            keys.add(there.get((i + (round - 1) * UPDATES) % there.size()));
        }
        return keys;
    }

    private interface Change {
        List<List<String>> keys() throws SQLException;
    }

    /** One kind of writing to one table. */
    private final class Deed {

        private final Connection connection;
        private final WatchedTable table;
        private final TableLayout now;
        private final Version by;
        private final List<FilledColumn> kept;
        private final List<String> unwritten;

        Deed(Connection connection, WatchedTable table, TableLayout now, Version by, List<FilledColumn> kept,
                List<String> unwritten) {
            this.connection = connection;
            this.table = table;
            this.now = now;
            this.by = by;
            this.kept = kept;
            this.unwritten = unwritten;
        }

        int done(String what, Change change) throws SQLException {
            try {
                Map<String, Long> before = changes();
                List<List<String>> keys = change.keys();
                noteBeside(before, changes(), keys.size());
                table.read(connection, now, keys, by, kept);
                connection.commit();
                return keys.size();
            } catch (SQLException e) {
                if (SqlStates.connectionLost(e)) {
                    throw e;
                }
                connection.rollback();
                unwritten.add("The %s application could not %s %s: %s".formatted(by.word(), what, table.sql(),
                        String.valueOf(e.getMessage()).lines().findFirst().orElse("")));
                return 0;
            }
        }

        /** Rows changed by this session so far and not reported yet, by table: a transaction reports none of its own. */
        private Map<String, Long> changes() throws SQLException {
            Map<String, Long> changes = new HashMap<>();
            Rows.list(connection, """
                    SELECT schemaname, relname, n_tup_ins + n_tup_upd + n_tup_del
                      FROM pg_catalog.pg_stat_xact_user_tables WHERE n_tup_ins + n_tup_upd + n_tup_del > 0""",
                    row -> Map.entry(Identifiers.qualified(row.getString(1), row.getString(2)), row.getLong(3)))
                    .forEach(each -> changes.put(each.getKey(), each.getValue()));
            return changes;
        }

        private void noteBeside(Map<String, Long> before, Map<String, Long> after, int own) throws SQLException {
            Set<String> parts = new HashSet<>();
            for (String[] part : now.parts(connection)) {
                parts.add(Identifiers.qualified(part[0], part[1]));
            }
            long mine = 0;
            for (Map.Entry<String, Long> each : after.entrySet()) {
                long more = each.getValue() - before.getOrDefault(each.getKey(), 0L);
                if (parts.contains(each.getKey())) {
                    mine += more;
                } else if (more > 0) {
                    writtenBeside.putIfAbsent(each.getKey(), table.sql());
                }
            }
            if (mine > own) {
                parts.forEach(part -> writtenBeside.putIfAbsent(part, table.sql()));
            }
        }
    }

    @Override
    public List<TableSum> othersSums() {
        // to sum up a large table takes as long as it takes, without a word
        return connected(Duration.ZERO, connection -> {
            List<TableSum> sums = new ArrayList<>(TableSums.of(connection));
            for (WatchedTable table : tables) {
                Optional<TableLayout> now = table.now(connection).filter(table::keyIsThere);
                if (now.isPresent() && !table.rows.isEmpty()) {
                    String condition = table.among(now.get(), List.copyOf(table.rows.keySet()));
                    for (String[] part : now.get().parts(connection)) {
                        subtract(connection, sums, part, condition);
                    }
                }
            }
            return List.copyOf(sums);
        });
    }

    @Override
    public Set<String> writtenBeside() {
        return Set.copyOf(writtenBeside.keySet());
    }

    private static void subtract(Connection connection, List<TableSum> sums, String[] part, String condition)
            throws SQLException {
        String name = Identifiers.qualified(part[0], part[1]);
        for (int i = 0; i < sums.size(); i++) {
            if (sums.get(i).table().equals(name)) {
                sums.set(i, TableSums.without(connection, sums.get(i), part[0], part[1], condition));
            }
        }
    }

    /** What is counted as one loss. */
    private record Kind(@Nullable String column, @Nullable Version by, String what) {}

    @Override
    public Outcome outcome(List<FilledColumn> filled) {
        return connected(connection -> {
            List<Loss> losses = new ArrayList<>();
            List<String> uncompared = new ArrayList<>();
            for (WatchedTable table : tables) {
                losses(connection, table, filled, losses, uncompared);
            }
            writtenBeside.entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(each -> uncompared.add(
                    "Rows of %s are not compared: triggers or cascades write them when %s is written"
                            .formatted(each.getKey(), each.getValue())));
            return new Outcome(losses, uncompared);
        });
    }

    private void losses(Connection connection, WatchedTable table, List<FilledColumn> filled, List<Loss> losses,
            List<String> uncompared) throws SQLException {
        TableLayout now = table.now(connection).orElse(null);
        if (now != null && !table.keyIsThere(now)) {
            uncompared.add("Rows written to %s cannot be found again: its key is gone".formatted(table.sql()));
            return;
        }
        Map<List<String>, Row> found = now == null
                ? Map.of()
                : table.find(connection, now, List.copyOf(table.rows.keySet()), null, List.of());
        Map<Kind, Integer> kinds = new LinkedHashMap<>();
        table.rows.forEach((key, row) -> kinds(table, row, found.get(key), filled)
                .forEach(kind -> kinds.merge(kind, 1, Integer::sum)));
        kinds.forEach((kind, rows) -> losses.add(new Loss(table.sql(), kind.column,
                table.added || (kind.column != null && table.start.column(kind.column) == null), kind.by, rows,
                kind.what)));
    }

    private static List<Kind> kinds(WatchedTable table, Row row, @Nullable Row found, List<FilledColumn> filled) {
        if (!row.there()) {
            return found == null ? List.of() : List.of(new Kind(null, row.by(), "were deleted and are there again"));
        }
        if (found == null) {
            return List.of(new Kind(null, row.by(), "are gone"));
        }
        List<Kind> kinds = new ArrayList<>();
        row.old().forEach((column, value) -> {
            if (!found.old().containsKey(column)) {
                kinds.add(new Kind(column, row.by(), "lost it with the column"));
            } else if (!Objects.equals(value, found.old().get(column))) {
                kinds.add(new Kind(column, row.by(), "do not have the value that was written"));
            }
        });
        Set<String> again = filled.stream().filter(each -> isOf(each, table)).map(FilledColumn::column)
                .collect(Collectors.toSet());
        row.young().forEach((column, value) -> {
            if (value != null && !again.contains(column) && !value.equals(found.young().get(column))) {
                kinds.add(new Kind(column, row.by(), found.young().containsKey(column)
                        ? "do not have the value that was written"
                        : "lost it with the column"));
            }
        });
        return kinds;
    }

    /** By name alone: the table may be gone by now. */
    private static boolean isOf(FilledColumn filled, WatchedTable table) {
        return filled.table().equals(table.sql()) || filled.table().equals(Identifiers.quote(table.start.name()));
    }
}
