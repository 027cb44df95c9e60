package dev.rubicon.analysis.rules;

import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.engine.facts.Schema;
import dev.rubicon.engine.facts.Schema.Relation;
import dev.rubicon.engine.facts.Schema.RelationKind;
import dev.rubicon.plan.PhaseKind;
import dev.rubicon.plan.Severity;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How much a finding weighs in its surroundings. */
final class Weighing {

    /** Up to here a rewrite or scan takes well under a second. */
    private static final long SMALL_ROWS = 10_000;
    private static final long SMALL_BYTES = 10L * 1024 * 1024;

    private Weighing() {}

    /** Whether others can be using the table, so that a lock on it makes them wait. */
    static boolean shared(Judged judged, QualifiedName table) {
        return !judged.fresh(table) && !temporary(judged, table);
    }

    /** Whether running code can know the relation: it was there before, and outlives the session. */
    static boolean inUse(Judged judged, QualifiedName relation) {
        return !made(judged, relation) && !temporary(judged, relation);
    }

    /** Whether running code can know the column. */
    static boolean inUse(Judged judged, QualifiedName table, String column) {
        return inUse(judged, table) && !made(judged, table, column);
    }

    /** Whether statements of the same plan or file made the relation. */
    static boolean made(Judged judged, QualifiedName relation) {
        return judged.schema().relation(relation).filter(Relation::made).isPresent();
    }

    /** Whether statements of the same plan or file made the column, or its table. */
    static boolean made(Judged judged, QualifiedName table, String column) {
        return made(judged, table) || column(judged, table, column).filter(Schema.ColumnState::made).isPresent();
    }

    static Optional<Schema.ColumnState> column(Judged judged, QualifiedName table, String column) {
        return judged.schema().column(table, column);
    }

    private static boolean temporary(Judged judged, QualifiedName table) {
        return "pg_temp".equals(table.schema())
                || judged.schema().relation(table).filter(Relation::temporary).isPresent();
    }

    /** An error about how long something takes is a warning where a catalog says that the table is small. */
    static Severity bySize(Judged judged, QualifiedName table, Severity severity) {
        return severity == Severity.ERROR && small(judged, table) ? Severity.WARNING : severity;
    }

    /** The table's size in words, to stand behind its name; empty where no catalog said it. */
    static String size(Judged judged, QualifiedName table) {
        return judged.schema().relation(table).flatMap(Weighing::size).map(size -> " (" + size + ")").orElse("");
    }

    private static Optional<String> size(Relation relation) {
        Long bytes = relation.bytes();
        Long rows = relation.rows();
        String space = bytes == null ? "" : bytes / 1024 + " kB";
        String count = rows == null || rows < 0 ? "" : String.format(Locale.ROOT, "about %,d rows", rows);
        String both = count.isEmpty() || space.isEmpty() ? count + space : count + ", " + space;
        return both.isEmpty() ? Optional.empty() : Optional.of(both);
    }

    /** Whether a catalog says that the table is read in well under a second. */
    static boolean small(Judged judged, QualifiedName table) {
        return judged.schema().relation(table).filter(relation -> relation.kind() == RelationKind.TABLE)
                .filter(relation -> at(relation.bytes(), SMALL_BYTES) && at(relation.rows(), SMALL_ROWS)).isPresent();
    }

    private static boolean at(@Nullable Long count, long most) {
        return count != null && count <= most;
    }

    /**
     * What taking something away weighs: in a contract phase no running code uses it any more, and a rollback takes away
     * what its own plan brought.
     */
    static Severity removal(Judged judged, boolean made) {
        if (made || judged.at().purpose() == PhaseKind.CONTRACT) {
            return Severity.INFO;
        }
        // a script for the way back, outside of any plan, undoes what a script brought that is not seen here
        return judged.rollback() && !judged.passage().inPlan() ? Severity.WARNING : Severity.ERROR;
    }

    /** What a new name weighs: what no code uses any more, or a way back, breaks less. */
    static Severity renaming(Judged judged) {
        return judged.rollback() || judged.at().purpose() == PhaseKind.CONTRACT ? Severity.WARNING : Severity.ERROR;
    }

    /** Whether the facts say that the statement writes the table, or one of its partitions, anew. */
    static boolean rewritten(Judged judged, QualifiedName table) {
        Schema schema = judged.schema();
        Set<QualifiedName> anew = judged.facts().rewrites().stream().map(schema::resolve).collect(Collectors.toSet());
        return Stream.concat(Stream.of(schema.resolve(table)), schema.childrenOf(table).stream().map(Relation::name))
                .anyMatch(anew::contains);
    }

    /** What a rewrite does to the table, to stand behind the statement. */
    static String rewrites(Judged judged, QualifiedName table) {
        return "rewrites " + table + size(judged, table) + " and all of its indexes under ACCESS EXCLUSIVE, which "
                + "blocks its reads and writes until the last row is written";
    }

    /** What a change of the catalog does to the table: it is done in milliseconds, but queues behind every query. */
    static String moment(QualifiedName table) {
        return "takes ACCESS EXCLUSIVE on " + table
                + " for a moment: while it waits for running queries, all reads and "
                + "writes of the table wait behind it";
    }
}
