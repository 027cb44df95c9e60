package dev.rubicon.engine.postgres;

import dev.rubicon.engine.facts.Identifiers;
import dev.rubicon.plan.Work;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The statements that compare what a backfill left: whether rows still match 'where', and whether they hold what its
 * expressions say. They read, and lock nothing but the table's name against DDL (ACCESS SHARE).
 *
 * @param where asked of each row; null where it says nothing about a single row afterwards
 * @param unequal whether a row holds another value than it shall, in the columns where that can be asked; null for none
 * @param because why it cannot be asked of other columns, or null where there are none
 */
record ComparisonText(BackfillTable table, @Nullable String where, @Nullable String unequal, @Nullable String because) {

    static ComparisonText of(Connection connection, Fragments fragments, Work.Backfill work, BackfillTable table)
            throws SQLException {
        String where = work.where() == null || work.from() != null || work.into() != null
                ? null
                : fragments.expression("where", work.where());
        if (work.delete()) {
            return new ComparisonText(table, where, null, null);
        }
        Map<String, String> set = new LinkedHashMap<>();
        work.set().forEach((column, value) -> set.put(column, fragments.expression("set." + column, value)));
        Optional<String> outside = outside(work);
        if (outside.isPresent()) {
            return new ComparisonText(table, where, null, outside.get());
        }
        List<String> because = new ArrayList<>();
        List<String> unequal = new ArrayList<>();
        for (Map.Entry<String, String> one : set.entrySet()) {
            Optional<String> hindrance = hindrance(connection, fragments, one, set.keySet());
            String differs = hindrance.isPresent()
                    ? null
                    : Unequal.of(connection, fragments, table, Map.of(one.getKey(), one.getValue()));
            if (differs != null) {
                unequal.add(differs);
            } else {
                because.add(one.getKey() + ": " + hindrance.orElse("its type has no equality"));
            }
        }
        return new ComparisonText(table, where, unequal.isEmpty() ? null : "(" + String.join(" OR ", unequal) + ")",
                because.isEmpty() ? null : String.join("; ", because));
    }

    private static Optional<String> outside(Work.Backfill work) {
        return work.into() != null
                ? Optional.of("rows are copied into another table, where a query of your own can compare them")
                : Optional.ofNullable(work.from()).map(from -> "the values come from another table (" + from
                        + "), which may have changed since");
    }

    /** Why an expression may answer something else today than when it was written into the row. */
    private static Optional<String> hindrance(Connection connection, Fragments fragments,
            Map.Entry<String, String> entry, Set<String> changed) throws SQLException {
        String value = entry.getValue();
        if (fragments.hasSubquery(value)) {
            return Optional.of("its value asks other rows, which may have changed since");
        }
        Optional<String> own = fragments.columns(value).stream().filter(changed::contains).findFirst();
        if (own.isPresent()) {
            return Optional.of("its value reads column " + own.get() + ", which the backfill itself has changed");
        }
        return Unequal.volatileCall(connection, fragments, value)
                .map(name -> name + "() answers something else each time");
    }

    boolean asksRows() {
        return where != null || unequal != null;
    }

    /**
     * Counts over a stretch of a walk, of one row: all rows; those that hold another value and were last written before
     * the backfill, by the time of it, and after it; those that match 'where' and were there when it found nothing left,
     * and those that are younger; the key of one of these.
     *
     * @param aside the condition that a row was not set aside, or null
     */
    String count(Walk walk, @Nullable List<String> after, List<String> upTo, Evidence.Noted noted,
            @Nullable String aside) {
        List<String> named = table.key().isEmpty()
                ? walk.identity()
                : table.key().stream().map(column -> table.name() + "." + Identifiers.quote(column.name())).toList();
        String key = named.stream().map(column -> column + "::text").collect(Collectors.joining(" || ', ' || "));
        return """
                SELECT count(*),
                       count(*) FILTER (WHERE rubicon_differs AND rubicon_before),
                       count(*) FILTER (WHERE rubicon_differs AND NOT rubicon_before AND NOT rubicon_after),
                       count(*) FILTER (WHERE rubicon_differs AND rubicon_after),
                       count(*) FILTER (WHERE rubicon_matches AND NOT rubicon_late),
                       count(*) FILTER (WHERE rubicon_matches AND rubicon_late),
                       min(rubicon_which) FILTER (WHERE rubicon_matches OR rubicon_differs AND NOT rubicon_before)
                FROM (SELECT %s AS rubicon_differs, %s AS rubicon_matches, %s AS rubicon_before, %s AS rubicon_after,
                             %s AS rubicon_late, %s AS rubicon_which
                      FROM %s
                      WHERE %s%s) AS rubicon_rows""".formatted(
                unequal == null ? "false" : unequal + " IS TRUE", where == null ? "false" : where + " IS TRUE",
                // without 'where' every row was to be written, however old it is
                where == null || noted.began() == null ? "false" : written("> ", noted.began()),
                noted.ended() == null ? "true" : written("< ", noted.ended()),
                noted.swept() == null ? "false" : written("<= ", noted.swept()), key, walk.source(),
                walk.condition(after, upTo), aside == null ? "" : "\n  AND " + aside);
    }

    /** The older a transaction, the greater its age; and the age is the same throughout a transaction of ours. */
    private String written(String than, long transaction) {
        return "age(" + table.name() + ".xmin) " + than + "age(" + Identifiers.literal(
                String.valueOf(transaction & 0xFFFF_FFFFL)) + "::xid)";
    }
}
