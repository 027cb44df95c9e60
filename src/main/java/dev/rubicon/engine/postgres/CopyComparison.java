package dev.rubicon.engine.postgres;

import dev.rubicon.engine.facts.Identifiers;
import dev.rubicon.engine.postgres.Fragments.Conflict;
import dev.rubicon.plan.Work;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Compares rows with their copies in another table, which are found by a unique key of that table.
 *
 * @param source the table, and those that it joins, behind the part that is walked over
 * @param where which rows were to be copied, as far as the copies themselves do not decide it; null for all
 * @param unless the parts of 'where' that look at the copies, as "not there yet" does; null for none
 * @param into the other table
 * @param values by column of the other table, cast to its type
 * @param keys each of which may have found a copy in the way; empty where none can be looked up by
 * @param compared columns whose values must be the same; empty where it counts alone that a copy is there
 * @param firm whether the same rows and values would be copied now, as long as nobody changes them
 */
record CopyComparison(BackfillTable table, @Nullable String source, @Nullable String where,
        @Nullable String unless, String into, Map<String, String> values, List<List<String>> keys,
        List<String> compared,
        boolean firm, @Nullable String because) implements ComparisonText {

    private static final Conflict NO_CONFLICT = new Conflict(false, List.of(), null, true, Set.of(), false);

    static CopyComparison of(Connection connection, Fragments fragments, Work.Backfill work, BackfillTable table)
            throws SQLException {
        Fragments.TableName into = fragments.table("into", String.valueOf(work.into()));
        Optional<CopyTarget> found = CopyTarget.of(connection, into.sql());
        if (found.isEmpty()) {
            return nothing(table, into, "this role may not read " + into.sql() + ": GRANT SELECT on it");
        }
        Condition condition = Condition.of(connection, fragments, work, into.name());
        if (condition.because != null) {
            return nothing(table, into, condition.because);
        }
        Copied copied = Copied.of(connection, fragments, work, table, found.get());
        Conflict conflict = work.onConflict() == null
                ? NO_CONFLICT
                : fragments.conflict(fragments.onConflict(work.onConflict()));
        List<List<String>> keys = keys(connection, found.get(), conflict, copied.values.keySet());
        if (keys.isEmpty()) {
            return nothing(table, into, "no unique key of " + into.sql() + " tells which row of it is whose copy");
        }
        boolean updates = work.onConflict() != null && !conflict.nothing();
        List<String> others = copied.values.keySet().stream().filter(column -> !keys.getFirst().contains(column))
                .toList();
        List<String> because = new ArrayList<>(conflict.nothing() ? List.of() : copied.because);
        others.stream().filter(column -> updates && !conflict.taken().contains(column))
                .map(column -> column + ": a row that was there already does not take it over").forEach(because::add);
        boolean firm = condition.firm && work.from() == null && !conflict.conditional()
                && metByAll(conflict, keys, found.get()) && (!updates || copied.ofKey(table, keys.getFirst()));
        return new CopyComparison(table, work.from() == null ? null : fragments.from(work.from()), condition.where,
                condition.unless, into.sql(), copied.values, keys, others.stream()
                        .filter(column -> copied.comparable.contains(column) && !conflict.nothing())
                        .filter(column -> !updates || conflict.taken().contains(column)).toList(),
                firm, because.isEmpty() ? null : String.join("; ", because));
    }

    /** Whether a row that was in the way is found by one of the keys. */
    private static boolean metByAll(Conflict conflict, List<List<String>> keys, CopyTarget into) {
        return !conflict.nothing() || !conflict.key().isEmpty() || conflict.constraint() != null
                || !into.others() && keys.size() == into.keys().size();
    }

    private static CopyComparison nothing(BackfillTable table, Fragments.TableName into, String because) {
        return new CopyComparison(table, null, null, null, into.sql(), Map.of(), List.of(), List.of(), false, because);
    }

    /** By which keys a copy is found: the one that the insert names, or all that it may have met. */
    private static List<List<String>> keys(Connection connection, CopyTarget into, Conflict conflict, Set<String> known)
            throws SQLException {
        if (!conflict.plain()) {
            return List.of();
        }
        String constraint = conflict.constraint();
        List<List<String>> keys = constraint != null
                ? List.of(into.constraint(connection, constraint))
                : conflict.key().isEmpty() ? into.keys() : List.of(conflict.key());
        List<List<String>> usable = keys.stream().filter(key -> !key.isEmpty() && known.containsAll(key)).toList();
        return conflict.nothing() ? usable : usable.stream().limit(1).toList();
    }

    /** @param firm whether it says the same of a row as long as nobody changes the row */
    private record Condition(@Nullable String where, @Nullable String unless, boolean firm, @Nullable String because) {

        /** What looks at the other table was said of it before the copy. */
        static Condition of(Connection connection, Fragments fragments, Work.Backfill work, String into)
                throws SQLException {
            List<String> parts = work.where() == null ? List.of() : Conjunction.parts(fragments, work.where());
            for (String part : parts) {
                Optional<String> called = Unequal.volatileCall(connection, fragments, part);
                if (called.isPresent()) {
                    return new Condition(null, null, false, "its 'where' calls " + called.get()
                            + "(), which answers something else each time");
                }
            }
            Map<Boolean, List<String>> looking = parts.stream()
                    .collect(Collectors.partitioningBy(part -> fragments.looksAt(part, into)));
            return new Condition(all(fragments, looking.getOrDefault(false, List.of())),
                    all(fragments, looking.getOrDefault(true, List.of())),
                    looking.getOrDefault(false, List.of()).stream().noneMatch(fragments::hasSubquery), null);
        }

        private static @Nullable String all(Fragments fragments, List<String> parts) {
            return parts.isEmpty()
                    ? null
                    : parts.stream().map(part -> fragments.expression("where", part))
                            .collect(Collectors.joining("\n  AND "));
        }
    }

    /**
     * @param values that can be computed again
     * @param plain columns of the table that are copied as they are, by column of the other table
     * @param comparable columns whose type has an equality
     */
    private record Copied(Map<String, String> values, Map<String, String> plain, Set<String> comparable,
            List<String> because) {

        static Copied of(Connection connection, Fragments fragments, Work.Backfill work, BackfillTable table,
                CopyTarget into) throws SQLException {
            Copied copied = new Copied(new LinkedHashMap<>(), new LinkedHashMap<>(), new HashSet<>(),
                    new ArrayList<>());
            for (String column : CopyColumns.of(connection, table.sql(), into.sql(), work.set().keySet()).names()) {
                String set = work.set().get(column);
                String value = set == null
                        ? table.name() + "." + Identifiers.quote(column)
                        : fragments.expression("set." + column, set);
                copied.add(connection, fragments, column, value, Objects.requireNonNull(into.types().get(column)));
            }
            return copied;
        }

        private void add(Connection connection, Fragments fragments, String column, String value, String type)
                throws SQLException {
            Optional<String> called = Unequal.volatileCall(connection, fragments, value);
            if (called.isPresent()) {
                because.add(column + ": " + called.get() + "() answers something else each time");
            } else if (fragments.hasSubquery(value)) {
                because.add(column + ": its value asks other rows, which may have changed since");
            } else {
                values.put(column, value + "::" + type);
                fragments.column(value).ifPresent(name -> plain.put(column, name));
                if (Unequal.comparable(connection, type)) {
                    comparable.add(column);
                } else {
                    because.add(column + ": its type has no equality");
                }
            }
        }

        /** Whether each row of the table has a copy of its own. */
        boolean ofKey(BackfillTable table, List<String> key) {
            List<String> names = key.stream().map(plain::get).filter(Objects::nonNull).toList();
            return !table.key().isEmpty()
                    && names.containsAll(table.key().stream().map(BackfillTable.KeyColumn::name).toList());
        }
    }

    @Override
    public boolean asksWhere() {
        return false;
    }

    @Override
    public boolean asksValues() {
        return !keys.isEmpty();
    }

    @Override
    public String count(Walk walk, @Nullable List<String> after, List<String> upTo, Evidence.Noted noted,
            @Nullable String aside) {
        return """
                SELECT count(*) FILTER (WHERE rubicon_wanted OR rubicon_found),
                       count(*) FILTER (WHERE rubicon_keyless AND rubicon_wanted),
                       count(*) FILTER (WHERE rubicon_differs AND NOT rubicon_late AND NOT rubicon_after),
                       count(*) FILTER (WHERE rubicon_differs AND NOT rubicon_stale AND (rubicon_late OR rubicon_after)),
                       count(*) FILTER (WHERE rubicon_missing AND NOT rubicon_late),
                       count(*) FILTER (WHERE rubicon_late AND (rubicon_missing OR rubicon_differs AND rubicon_stale)),
                       min(rubicon_which) FILTER (WHERE rubicon_missing OR rubicon_differs)
                FROM (SELECT rubicon_late, rubicon_which, rubicon_wanted, NOT (%2$s) AS rubicon_found, %1$s AS rubicon_keyless,
                             rubicon_wanted AND %2$s AND NOT (%1$s) AS rubicon_missing, %3$s AS rubicon_differs,
                             coalesce(%4$s, false) AS rubicon_after,
                             coalesce(rubicon_late AND rubicon_age < %7$s, false) AS rubicon_stale
                      FROM (
                %5$s
                      ) AS rubicon_rows
                %6$s) AS rubicon_compared""".formatted(keyless(), missing(),
                differs(unless == null ? null : noted.began()),
                noted.ended() == null ? "true" : ComparisonText.written("rubicon_copy_1", "< ", noted.ended()),
                rows(walk, after, upTo, noted, aside), copies(),
                ComparisonText.age("rubicon_copy_1"));
    }

    private String rows(Walk walk, @Nullable List<String> after, List<String> upTo, Evidence.Noted noted,
            @Nullable String aside) {
        List<String> columns = List.copyOf(values.keySet());
        return """
                SELECT %s,
                       %s AS rubicon_wanted, %s AS rubicon_late, %s AS rubicon_age, %s AS rubicon_which
                FROM %s%s
                WHERE %s%s%s""".formatted(columns.stream()
                .map(column -> values.get(column) + " AS " + value(column))
                .collect(Collectors.joining(",\n       ")),
                unless == null ? "true" : "(" + unless + ") IS TRUE",
                noted.swept() == null ? "true" : ComparisonText.written(table.name(), "<= ", noted.swept()),
                ComparisonText.age(table.name()), ComparisonText.key(table, walk), walk.source(),
                source == null ? "" : ", " + source,
                walk.condition(after, upTo), where == null ? "" : "\n  AND " + where,
                aside == null ? "" : "\n  AND " + aside);
    }

    private String value(String column) {
        return "rubicon_value_" + List.copyOf(values.keySet()).indexOf(column);
    }

    private String copies() {
        return IntStream
                .rangeClosed(1, keys.size()).mapToObj(i -> "LEFT JOIN %s AS rubicon_copy_%d ON %s".formatted(into,
                        i, keys.get(i - 1).stream()
                                .map(column -> "rubicon_copy_%d.%s = %s".formatted(i, Identifiers.quote(column),
                                        value(column)))
                                .collect(Collectors.joining(" AND "))))
                .collect(Collectors.joining("\n"));
    }

    private String missing() {
        return IntStream.rangeClosed(1, keys.size()).mapToObj(i -> "rubicon_copy_" + i + ".xmin IS NULL")
                .collect(Collectors.joining(" AND "));
    }

    /** A key with NULL in it is equal to none. */
    private String keyless() {
        return keys.stream().map(key -> key.stream().map(column -> value(column) + " IS NULL")
                .collect(Collectors.joining(" OR ", "(", ")"))).collect(Collectors.joining(" AND "));
    }

    /** @param since only copies that were written since then were copied for certain; null for all */
    private String differs(@Nullable Long since) {
        return compared.isEmpty()
                ? "false"
                : compared.stream().map(column -> "rubicon_copy_1.%s IS DISTINCT FROM %s"
                        .formatted(Identifiers.quote(column), value(column)))
                        .collect(Collectors.joining(" OR ", "rubicon_copy_1.xmin IS NOT NULL AND "
                                + (since == null
                                        ? ""
                                        : ComparisonText.written("rubicon_copy_1", "<= ", since) + " AND ")
                                + "(", ")"));
    }
}
