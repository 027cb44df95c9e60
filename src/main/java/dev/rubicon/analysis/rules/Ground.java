package dev.rubicon.analysis.rules;

import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.engine.facts.Schema.Relation;
import dev.rubicon.engine.facts.Schema.RelationKind;
import dev.rubicon.plan.Severity;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How a table stands when a statement reaches it: whether others can be using it, how big it is, what it consists of. */
final class Ground {

    private static final Pattern ONLY = Pattern.compile("^ALTER\\s+TABLE\\s+(IF\\s+EXISTS\\s+)?ONLY\\b",
            Pattern.CASE_INSENSITIVE);

    private Ground() {}

    private static Optional<Relation> relation(Judged judged, QualifiedName table) {
        return judged.schema().relation(table);
    }

    /** Whether a lock on it keeps nobody waiting: it is new and empty, this session's own, or not yet seen by others. */
    static boolean quiet(Judged judged, QualifiedName table) {
        return judged.fresh(table) || "pg_temp".equals(table.schema())
                || relation(judged, table).filter(each -> each.temporary() || (each.made()
                        && (each.kind() == RelationKind.MATERIALIZED_VIEW || madeJustNow(judged, table)))).isPresent();
    }

    /** A table that the open transaction made is invisible to everybody else, with rows or without. */
    private static boolean madeJustNow(Judged judged, QualifiedName table) {
        return judged.passage().inSameTransaction(each -> each.actions(Action.CreateTable.class)
                .anyMatch(create -> create.table().same(table))).isPresent();
    }

    static boolean partitioned(Judged judged, QualifiedName table) {
        return relation(judged, table).filter(each -> each.kind() == RelationKind.PARTITIONED_TABLE).isPresent();
    }

    /** Whether the statement is about a partitioned table without its partitions: there is nothing to read in it. */
    static boolean onlyItself(Judged judged, QualifiedName table) {
        return partitioned(judged, table) && ONLY.matcher(judged.statement().sql()).find();
    }

    /** Whether it is known to be an ordinary table. */
    static boolean plain(Judged judged, QualifiedName table) {
        return relation(judged, table).filter(each -> each.known() && each.kind() == RelationKind.TABLE).isPresent();
    }

    /** The partitions that are known, not theirs in turn; named as the table is, with a schema or without. */
    static List<QualifiedName> partitions(Judged judged, QualifiedName table) {
        return judged.schema().relations().stream().filter(each -> parent(each, table)).map(Relation::name)
                .map(each -> table.schema() == null ? shown(each) : each).toList();
    }

    /** The partitions that are known, down to those that hold the rows. */
    static List<QualifiedName> leaves(Judged judged, QualifiedName table) {
        return partitions(judged, table).stream().flatMap(
                each -> partitioned(judged, each) ? leaves(judged, each).stream() : Stream.of(each)).toList();
    }

    private static boolean parent(Relation partition, QualifiedName table) {
        QualifiedName parent = partition.parent();
        return parent != null && parent.same(table);
    }

    /**
     * What an error about the time that something takes weighs here: a table that a catalog says is small, or that the
     * same file made and filled, is worth a warning.
     */
    static Severity weigh(Judged judged, QualifiedName table, Severity severity) {
        boolean filledHere = !judged.passage().inPlan() && Weighing.made(judged, table);
        return severity == Severity.ERROR && (filledHere || Weighing.small(judged, table))
                ? Severity.WARNING
                : severity;
    }

    /** The name without the schema that everybody means; the model of the schema fills it in. */
    static QualifiedName shown(QualifiedName name) {
        return "public".equals(name.schema()) ? QualifiedName.of(name.name()) : name;
    }

    /** The table with its size, where a catalog said it. */
    static String named(Judged judged, QualifiedName table) {
        Long rows = relation(judged, table).map(Relation::rows).filter(count -> count >= 0).orElse(null);
        return table.sql() + (rows == null ? "" : String.format(Locale.ROOT, " (about %,d rows)", rows));
    }

    /** What a short lock weighs: a plan's engine limits the wait and tries again, a script's tool may do neither. */
    static Severity brief(Judged judged) {
        return judged.passage().inPlan() ? Severity.INFO : Severity.WARNING;
    }

    /** Whether a script itself limits how long it waits for a lock, and others behind it. */
    static boolean patienceLimited(Judged judged) {
        return !judged.passage().inPlan() && !SessionTimeouts.unlimited(judged.schema().setting("lock_timeout"));
    }
}
