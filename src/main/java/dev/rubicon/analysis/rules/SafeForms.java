package dev.rubicon.analysis.rules;

import dev.rubicon.engine.facts.Constraint;
import dev.rubicon.engine.facts.Identifiers;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.engine.facts.Schema.ConstraintState;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes constraints the slow way round, which nobody has to wait for. */
final class SafeForms {

    /** The first server that takes NOT NULL as a constraint that is validated later, and NOT VALID on partitioned tables. */
    static final int NOT_VALID_EVERYWHERE = 18;

    private static final Pattern NAME = Pattern.compile("^CONSTRAINT\\s+(?:\"(?:[^\"]|\"\")*\"|[^\\s(]+)\\s+",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern NOT_VALID = Pattern.compile("\\s+NOT\\s+VALID\\s*$", Pattern.CASE_INSENSITIVE);
    private static final Pattern REFERENCES = Pattern.compile("^REFERENCES\\b.*",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    private static final Pattern INCLUDE = Pattern.compile("\\bINCLUDE\\s*\\([^)]*\\)", Pattern.CASE_INSENSITIVE);
    private static final Pattern DEFERRED = Pattern.compile("\\bINITIALLY\\s+DEFERRED\\b", Pattern.CASE_INSENSITIVE);

    private SafeForms() {}

    static String columns(List<String> columns) {
        return columns.stream().map(SafeForms::element).collect(Collectors.joining(", ", "(", ")"));
    }

    /** A column's name, quoted where it must be, or an expression as it was written. */
    static String element(String column) {
        return expression(column) ? column : Identifiers.quote(column);
    }

    static boolean expression(String element) {
        return element.contains("(");
    }

    /** The constraint's name, or the one that the server would choose; not yet quoted. */
    static String name(QualifiedName table, Constraint constraint) {
        String given = constraint.name();
        if (given != null) {
            return given;
        }
        String columns = String.join("_", constraint.columns());
        return switch (constraint.kind()) {
            case PRIMARY_KEY -> Sql.name(table.name(), "pkey");
            case UNIQUE -> Sql.name(table.name(), columns, "key");
            case CHECK -> constraint.columns().size() == 1
                    ? Sql.name(table.name(), columns, "check")
                    : Sql.name(table.name(), "check");
            case FOREIGN_KEY -> Sql.name(table.name(), columns, "fkey");
            case EXCLUDE -> Sql.name(table.name(), columns, "excl");
            case NOT_NULL -> Sql.name(table.name(), columns, "not_null");
        };
    }

    /** The constraint as it stands at a table, without its name and NOT VALID. */
    static String body(Constraint constraint) {
        String text = NAME.matcher(constraint.sql().strip()).replaceFirst("");
        text = NOT_VALID.matcher(text).replaceFirst("");
        boolean inline = REFERENCES.matcher(text).matches();
        String body = inline ? "FOREIGN KEY " + columns(constraint.columns()) + " " + text : text;
        return constraint.deferrable() && !body.toUpperCase(Locale.ROOT).contains("DEFERRABLE")
                ? body + " DEFERRABLE"
                : body;
    }

    /** Adds a check or foreign key in no time, then reads the table under a lock that lets others read and write. */
    static String later(QualifiedName table, Constraint constraint) {
        String name = Identifiers.quote(name(table, constraint));
        return Sql.alter(table, "ADD CONSTRAINT " + name + " " + body(constraint) + " NOT VALID",
                "VALIDATE CONSTRAINT " + name);
    }

    /**
     * A foreign key of a partitioned table. Before 18 it cannot be NOT VALID there: each partition gets and validates its
     * own, and the one of the table then takes those over without reading anything.
     */
    static String later(Judged judged, QualifiedName table, Constraint key) {
        if (!Ground.partitioned(judged, table) || judged.serverVersion() >= NOT_VALID_EVERYWHERE) {
            return later(table, key);
        }
        List<QualifiedName> partitions = Ground.leaves(judged, table);
        String each = partitions.isEmpty()
                ? "-- for each partition of " + table.sql() + ", with its own name:\n"
                        + later(table.sibling(table.name() + "_1"), key)
                : partitions.stream().map(partition -> later(partition, key)).collect(Collectors.joining("\n"));
        return Sql.lines(each,
                Sql.alter(table, "ADD CONSTRAINT " + Identifiers.quote(name(table, key)) + " " + body(key)));
    }

    /** NOT NULL without reading the table under ACCESS EXCLUSIVE. */
    static String notNull(Judged judged, QualifiedName table, String column) {
        Optional<ConstraintState> waiting = NotNullProof.waiting(judged, table, column);
        String name = Identifiers.quote(waiting.map(ConstraintState::name)
                .orElseGet(() -> Sql.name(table.name(), column, "not_null")));
        String quoted = Identifiers.quote(column);
        String set = "ALTER COLUMN " + quoted + " SET NOT NULL";
        if (waiting.isPresent()) {
            return waiting.get().definition().kind() == Constraint.Kind.NOT_NULL
                    ? Sql.alter(table, "VALIDATE CONSTRAINT " + name)
                    : Sql.alter(table, "VALIDATE CONSTRAINT " + name, set, "DROP CONSTRAINT " + name);
        }
        return judged.serverVersion() >= NOT_VALID_EVERYWHERE
                ? Sql.alter(table, "ADD CONSTRAINT " + name + " NOT NULL " + quoted + " NOT VALID",
                        "VALIDATE CONSTRAINT " + name)
                : Sql.alter(table, "ADD CONSTRAINT " + name + " CHECK (" + quoted + " IS NOT NULL) NOT VALID",
                        "VALIDATE CONSTRAINT " + name, set, "DROP CONSTRAINT " + name);
    }

    /** UNIQUE or PRIMARY KEY over an index that was built while others wrote. */
    static String overIndex(Judged judged, QualifiedName table, Constraint constraint) {
        String name = Identifiers.quote(name(table, constraint));
        Matcher include = INCLUDE.matcher(constraint.sql());
        String tail = " " + columns(constraint.columns()) + (include.find() ? " " + include.group() : "")
                + (constraint.nullsNotDistinct() ? " NULLS NOT DISTINCT" : "");
        if (Ground.partitioned(judged, table)) {
            // no partitioned table takes a constraint from an index: its own comes first, without its partitions
            return PartitionedBuild.constraint(judged, constraint, tail).all(table,
                    table.sibling(name(table, constraint)));
        }
        return Sql.lines("CREATE UNIQUE INDEX CONCURRENTLY " + name + " ON " + table.sql() + tail + ";",
                Sql.alter(table, "ADD CONSTRAINT " + name + " " + constraint.kind().word() + " USING INDEX " + name
                        + attributes(constraint)));
    }

    private static String attributes(Constraint constraint) {
        return (constraint.deferrable() ? " DEFERRABLE" : "")
                + (DEFERRED.matcher(constraint.sql()).find() ? " INITIALLY DEFERRED" : "");
    }
}
