package dev.rubicon.engine.postgres;

import dev.rubicon.plan.Work;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Compares rows with what expressions over them and the rows that they join say. A row that joins several holds what it
 * shall where it holds what one of them says, for so does an UPDATE; one that joins none is right as it is.
 *
 * @param from the joined tables
 * @param join the parts of 'where' that say the same now as before the change; null where nothing can be asked of rows
 * @param where asked of each row with what it joins, or null
 * @param unequal whether a row holds another value than the one that it joins says; null where that cannot be asked
 */
record JoinComparison(BackfillTable table, String from, @Nullable String join, @Nullable String where,
        @Nullable String unequal, Beside beside, @Nullable String because) implements ComparisonText.InPlace {

    static JoinComparison of(Connection connection, Fragments fragments, Work.Backfill work, BackfillTable table,
            Beside beside) throws SQLException {
        String from = fragments.from(String.valueOf(work.from()));
        Own own = Own.of(connection, fragments, table, work.set().keySet());
        List<String> parts = work.where() == null ? List.of() : Conjunction.parts(fragments, work.where());
        List<String> lasting = parts.stream().filter(part -> !own.changed(part)).toList();
        Optional<String> obscure = obscure(connection, fragments, own, parts, lasting);
        if (obscure.isPresent()) {
            return new JoinComparison(table, from, null, null, null, beside, obscure.get());
        }
        AskedValues values = AskedValues.of(connection, fragments, table, work,
                value -> own.changed(value) ? Optional.of("a column") : Optional.empty());
        return new JoinComparison(table, from, lasting.isEmpty()
                ? "true"
                : lasting.stream().map(part -> fragments.expression("where", part))
                        .collect(Collectors.joining("\n      AND ")),
                work.where() == null ? null : fragments.expression("where", work.where()),
                values.unequal(), beside, values.because());
    }

    /** Why nobody can say any more which rows a row joined. */
    private static Optional<String> obscure(Connection connection, Fragments fragments, Own own, List<String> parts,
            List<String> lasting) throws SQLException {
        if (lasting.stream().noneMatch(own::joins) && parts.stream().anyMatch(own::joins)) {
            return Optional.of("only columns that the backfill itself has changed tell which rows a row joined");
        }
        for (String part : lasting) {
            Optional<String> called = Unequal.volatileCall(connection, fragments, part);
            if (called.isPresent()) {
                return called.map(name -> "its 'where' calls " + name + "(), which answers something else each time");
            }
        }
        return Optional.empty();
    }

    /**
     * Tells columns of the table from those of the joined ones.
     *
     * @param name of the table, as the parser reads it
     */
    private record Own(Fragments fragments, String name, Set<String> columns, Set<String> set) {

        static Own of(Connection connection, Fragments fragments, BackfillTable table, Set<String> set)
                throws SQLException {
            Set<String> columns = new HashSet<>(Rows.list(connection, """
                    SELECT attname FROM pg_attribute
                    WHERE attrelid = to_regclass(?) AND attnum > 0 AND NOT attisdropped""", row -> row.getString(1),
                    table.sql()));
            return new Own(fragments, fragments.table("table", table.name()).name(), columns, set);
        }

        /** Whether a text reads what the backfill has changed; the row as a whole is that too. */
        boolean changed(String sql) {
            return fragments.references(sql).stream().anyMatch(names -> isOf(names) && reads(names.getLast()));
        }

        private boolean reads(String last) {
            return set.contains(last) || last.equals(name) || last.equals("*");
        }

        /** Whether a text reads a column of a joined row. */
        boolean joins(String sql) {
            return fragments.references(sql).stream().anyMatch(names -> !isOf(names));
        }

        private boolean isOf(List<String> names) {
            return names.size() > 1
                    ? names.get(names.size() - 2).equals(name)
                    : columns.contains(names.getFirst()) || names.getFirst().equals(name);
        }
    }

    /** In the very form in which the change joined its tables, so that it costs no more than that. */
    @Override
    public String count(Walk walk, @Nullable List<String> after, List<String> upTo, Evidence.Noted noted,
            @Nullable String aside) {
        return InPlace.counts("""
                SELECT bool_and(%1$s) AS rubicon_differs, bool_or(%2$s) AS rubicon_matches, bool_or(%3$s) AS rubicon_before,
                       NOT bool_or(%3$s) AND bool_or(%4$s) AS rubicon_after, bool_or(%5$s) AS rubicon_late,
                       min(%6$s) AS rubicon_which
                FROM %7$s, %8$s
                WHERE %9$s
                  AND %10$s%11$s
                GROUP BY %12$s.tableoid, %12$s.ctid""".formatted(differs(), matches(), before(noted),
                either(after(noted), noted.began()), either(late(noted), noted.swept()),
                ComparisonText.key(table, walk), walk.source(), from, walk.condition(after, upTo), join,
                aside == null ? "" : "\n  AND " + aside, table.name()));
    }

    /** Or the row that it joins was written since a transaction; of a query nobody can say that. */
    private String either(String own, @Nullable Long since) {
        if (since == null || !beside.known()) {
            return "true";
        }
        return beside.names().stream()
                .map(name -> "coalesce(" + ComparisonText.written(name, "<= ", since) + ", false)")
                .collect(Collectors.joining(" OR ", own + " OR ", ""));
    }
}
