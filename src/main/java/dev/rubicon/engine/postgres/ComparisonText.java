package dev.rubicon.engine.postgres;

import dev.rubicon.engine.facts.Identifiers;
import dev.rubicon.plan.Work;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The statements that compare what a backfill left: whether rows still match 'where', and whether they, or their copies,
 * hold what its expressions say. They read, and lock nothing but the tables' names against DDL (ACCESS SHARE).
 */
sealed interface ComparisonText permits ComparisonText.InPlace, CopyComparison {

    /** Why it cannot be asked of some values, or null where there are none. */
    @Nullable
    String because();

    /** Whether each row is asked for 'where'. */
    boolean asksWhere();

    /** Whether each row is asked for its values. */
    boolean asksValues();

    /**
     * Counts over a stretch of a walk, of one row: all rows that are compared; those that hold another value and were last
     * written before the backfill, by the time of it, and after it; those that match 'where' and were there when it found
     * nothing left, and those that are younger; the key of one of these. Of copies these are: rows without a key to find
     * their copy by; rows whose copy differs by the backfill's own doing, or perhaps by another's; rows without a copy
     * that were there when the last pass began; and rows written since whose copy is missing or older than they are.
     *
     * @param aside the condition that a row was not set aside, or null
     */
    String count(Walk walk, @Nullable List<String> after, List<String> upTo, Evidence.Noted noted,
            @Nullable String aside);

    static ComparisonText of(Connection connection, Fragments fragments, Work.Backfill work, BackfillTable table,
            Beside beside) throws SQLException {
        return work.into() != null
                ? CopyComparison.of(connection, fragments, work, table)
                : work.from() != null && !work.delete()
                        ? JoinComparison.of(connection, fragments, work, table, beside)
                        : RowComparison.of(connection, fragments, work, table);
    }

    default boolean asksRows() {
        return asksWhere() || asksValues();
    }

    /**
     * How long ago a row was written, in transactions; NULL where there is no row. A frozen row still shows who wrote it, and
     * {@code age()} falls far below zero once that is more than 2^31 transactions ago. A little below zero is what was written
     * between the planning of the query, which asks for the age of a constant, and its snapshot.
     */
    static String age(String name) {
        String age = "age(" + name + ".xmin)";
        return "CASE WHEN " + age + " < -1000000 THEN 2147483647 ELSE " + age + " END";
    }

    /** The older a transaction, the greater its age; and the age is the same throughout a transaction of ours. */
    static String written(String name, String than, long transaction) {
        return "(" + age(name) + ") " + than + "age("
                + Identifiers.literal(String.valueOf(transaction & 0xFFFF_FFFFL)) + "::xid)";
    }

    /** The key of a row as one text. */
    static String key(BackfillTable table, Walk walk) {
        List<String> named = table.key().isEmpty()
                ? walk.identity()
                : table.key().stream().map(column -> table.name() + "." + Identifiers.quote(column.name())).toList();
        return named.stream().map(column -> column + "::text").collect(Collectors.joining(" || ', ' || "));
    }

    /** Of the rows that the backfill itself changes. */
    sealed interface InPlace extends ComparisonText permits RowComparison, JoinComparison {

        BackfillTable table();

        /** Asked of each row; null where it says nothing about a single row afterwards. */
        @Nullable
        String where();

        /** Whether a row holds another value than it shall, in the columns where that can be asked; null for none. */
        @Nullable
        String unequal();

        @Override
        default boolean asksWhere() {
            return where() != null;
        }

        @Override
        default boolean asksValues() {
            return unequal() != null;
        }

        default String differs() {
            return unequal() == null ? "false" : unequal() + " IS TRUE";
        }

        default String matches() {
            return where() == null ? "false" : where() + " IS TRUE";
        }

        /** Whether a row was written before the backfill; without 'where' every row was to be written, however old it is. */
        default String before(Evidence.Noted noted) {
            return where() == null || noted.began() == null
                    ? "false"
                    : written(table().name(), "> ", noted.began());
        }

        /** Whether a row was written after the backfill. */
        default String after(Evidence.Noted noted) {
            return noted.ended() == null ? "true" : written(table().name(), "< ", noted.ended());
        }

        /** Whether a row is younger than the pass that found nothing left. */
        default String late(Evidence.Noted noted) {
            return noted.swept() == null ? "false" : written(table().name(), "<= ", noted.swept());
        }

        /** @param rows a query for {@code rubicon_differs, _matches, _before, _after, _late} and {@code _which} of each row */
        static String counts(String rows) {
            return """
                    SELECT count(*),
                           count(*) FILTER (WHERE rubicon_differs AND rubicon_before),
                           count(*) FILTER (WHERE rubicon_differs AND NOT rubicon_before AND NOT rubicon_after),
                           count(*) FILTER (WHERE rubicon_differs AND rubicon_after),
                           count(*) FILTER (WHERE rubicon_matches AND NOT rubicon_late),
                           count(*) FILTER (WHERE rubicon_matches AND rubicon_late),
                           min(rubicon_which) FILTER (WHERE rubicon_matches OR rubicon_differs AND NOT rubicon_before)
                    FROM (
                    %s
                    ) AS rubicon_rows""".formatted(rows);
        }
    }
}
