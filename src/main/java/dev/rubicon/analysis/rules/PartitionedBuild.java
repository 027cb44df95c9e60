package dev.rubicon.analysis.rules;

import static dev.rubicon.engine.facts.Identifiers.quote;

import dev.rubicon.engine.facts.Constraint;
import dev.rubicon.engine.facts.QualifiedName;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes an index over a partitioned table, where PostgreSQL builds none concurrently: one that covers no partition yet
 * takes SHARE for a moment, each partition is built concurrently by itself, and the last one attached makes it valid.
 */
final class PartitionedBuild {

    private final Judged judged;
    private final String unique;
    private final String tail;
    private final @Nullable Constraint constraint;
    private final List<String> lines = new ArrayList<>();

    /**
     * @param unique {@code "UNIQUE "} or empty
     * @param tail all behind the table: method, columns, condition; begins with a space
     */
    PartitionedBuild(Judged judged, String unique, String tail) {
        this(judged, unique, tail, null);
    }

    private PartitionedBuild(Judged judged, String unique, String tail, @Nullable Constraint constraint) {
        this.judged = judged;
        this.unique = unique;
        this.tail = tail;
        this.constraint = constraint;
    }

    /** UNIQUE or a primary key; each partition's own is taken from its index, and then attached. */
    static PartitionedBuild constraint(Judged judged, Constraint constraint, String tail) {
        return new PartitionedBuild(judged, "UNIQUE ", tail, constraint);
    }

    /** The index from the table down. */
    String all(QualifiedName table, QualifiedName index) {
        parent(table, index);
        parts(table, index);
        return String.join("\n", lines);
    }

    private void parent(QualifiedName table, QualifiedName index) {
        lines.add(constraint == null
                ? "CREATE " + unique + "INDEX " + quote(index.name()) + " ON ONLY " + table.sql() + tail + ";"
                : "ALTER TABLE ONLY " + table.sql() + " ADD CONSTRAINT " + quote(index.name()) + " "
                        + SafeForms.body(constraint) + ";");
    }

    private void parts(QualifiedName table, QualifiedName index) {
        List<QualifiedName> partitions = Ground.partitions(judged, table);
        if (partitions.isEmpty()) {
            lines.add("-- for each partition of " + table.sql() + ", with its own name:");
            part(table.sibling(table.name() + "_1"), index);
        }
        partitions.forEach(partition -> part(partition, index));
    }

    private void part(QualifiedName partition, QualifiedName parent) {
        QualifiedName own = partition.sibling(Sql.name(partition.name(), parent.name()));
        if (Ground.partitioned(judged, partition)) {
            parent(partition, own);
            parts(partition, own);
        } else {
            lines.add("CREATE " + unique + "INDEX CONCURRENTLY " + quote(own.name()) + " ON " + partition.sql() + tail
                    + ";");
            if (constraint != null) {
                lines.add(Sql.alter(partition, "ADD CONSTRAINT " + quote(own.name()) + " "
                        + constraint.kind().word() + " USING INDEX " + quote(own.name())));
            }
        }
        lines.add("ALTER INDEX " + parent.sql() + " ATTACH PARTITION " + own.sql() + ";");
    }
}
