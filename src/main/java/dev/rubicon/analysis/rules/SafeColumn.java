package dev.rubicon.analysis.rules;

import static dev.rubicon.analysis.rules.Sql.quote;

import dev.rubicon.engine.facts.Column;
import dev.rubicon.engine.facts.Constraint;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.engine.facts.TypeName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes how a column comes to a table in small steps: first bare, which takes ACCESS EXCLUSIVE for a moment only, then
 * its rows in batches, then what it demands, checked under a lock that lets reads and writes go on.
 */
final class SafeColumn {

    /** The first server that takes NOT NULL as a constraint that can be validated later. */
    private static final int NOT_NULL_NOT_VALID = 18;
    private static final Map<String, String> SERIAL = Map.of("serial2", "smallint", "serial4", "integer", "serial8",
            "bigint");

    private final List<String> lines = new ArrayList<>();
    private final int serverVersion;
    private final QualifiedName table;
    private final String name;

    SafeColumn(Judged judged, QualifiedName table, String name) {
        this.serverVersion = judged.serverVersion();
        this.table = table;
        this.name = name;
    }

    /** The type as the author wrote it; what serial stands for. */
    static String type(@Nullable TypeName type) {
        return type == null ? "text" : type.serial() ? SERIAL.getOrDefault(type.name(), "integer") : type.sql();
    }

    SafeColumn add(String type) {
        return alter("ADD COLUMN " + quote(name) + " " + type);
    }

    SafeColumn add(Column column) {
        String collation = column.collation();
        return add(type(column.type()) + (collation == null ? "" : " COLLATE " + collation));
    }

    SafeColumn alter(String change) {
        return line(Sql.alter(table, change));
    }

    SafeColumn line(String line) {
        lines.add(line);
        return this;
    }

    SafeColumn defaultTo(String value) {
        return alter("ALTER COLUMN " + quote(name) + " SET DEFAULT " + value);
    }

    /** Fills the rows that were there before. */
    SafeColumn fill(String value) {
        lines.add("-- in batches, as a backfill:");
        return line("UPDATE " + table.sql() + " SET " + quote(name) + " = " + value + " WHERE " + quote(name)
                + " IS NULL;");
    }

    /** Keeps the column filled by a trigger while rows change. */
    SafeColumn keep(String value) {
        String function = function();
        String qualified = table.sibling(function).sql();
        lines.add("CREATE FUNCTION " + qualified + "() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n  NEW."
                + quote(name) + " := (SELECT " + value + " FROM (SELECT NEW.*) AS changed);\n  RETURN NEW;\nEND $$;");
        return line("CREATE TRIGGER " + quote(function) + " BEFORE INSERT OR UPDATE ON " + table.sql()
                + " FOR EACH ROW EXECUTE FUNCTION " + qualified + "();");
    }

    /** What {@link #keep} calls its trigger, as it stands in SQL. */
    String trigger() {
        return quote(function());
    }

    private String function() {
        return Sql.name(table.name(), name, "fill");
    }

    SafeColumn notNull() {
        String proof = quote(Sql.name(table.name(), name, "not_null"));
        if (serverVersion >= NOT_NULL_NOT_VALID) {
            return alter("ADD CONSTRAINT " + proof + " NOT NULL " + quote(name) + " NOT VALID")
                    .alter("VALIDATE CONSTRAINT " + proof);
        }
        return alter("ADD CONSTRAINT " + proof + " CHECK (" + quote(name) + " IS NOT NULL) NOT VALID")
                .alter("VALIDATE CONSTRAINT " + proof).alter("ALTER COLUMN " + quote(name) + " SET NOT NULL")
                .alter("DROP CONSTRAINT " + proof);
    }

    /** NOT NULL, and the constraints that were written at the column, each in its own steps. */
    SafeColumn demands(Column column) {
        if (column.notNull() || column.identity() != null) {
            notNull();
        }
        column.constraints().forEach(this::demand);
        return this;
    }

    private void demand(Constraint constraint) {
        switch (constraint.kind()) {
            case UNIQUE -> index(constraint, "key", "UNIQUE");
            case PRIMARY_KEY -> index(constraint, "pkey", "PRIMARY KEY");
            case CHECK -> later(constraint, "check");
            case FOREIGN_KEY -> later(constraint, "fkey");
            case EXCLUDE, NOT_NULL -> {}
        }
    }

    private void index(Constraint constraint, String suffix, String kind) {
        String given = constraint.name();
        boolean primary = constraint.kind() == Constraint.Kind.PRIMARY_KEY;
        String chosen = primary ? Sql.name(table.name(), suffix) : Sql.name(table.name(), name, suffix);
        String index = quote(given == null ? chosen : given);
        lines.add("-- alone, outside of a transaction:");
        lines.add("CREATE UNIQUE INDEX CONCURRENTLY " + index + " ON " + table.sql() + " (" + quote(name) + ");");
        alter("ADD CONSTRAINT " + index + " " + kind + " USING INDEX " + index);
    }

    private void later(Constraint constraint, String suffix) {
        String given = constraint.name();
        String called = quote(given == null ? Sql.name(table.name(), name, suffix) : given);
        alter("ADD CONSTRAINT " + called + " " + body(constraint) + " NOT VALID");
        alter("VALIDATE CONSTRAINT " + called);
    }

    private String body(Constraint constraint) {
        QualifiedName parent = constraint.references();
        if (parent == null) {
            return "CHECK (" + (constraint.check() == null ? "true" : constraint.check().sql()) + ")";
        }
        List<String> referenced = constraint.referencedColumns().stream().map(Sql::quote).toList();
        return "FOREIGN KEY (" + quote(name) + ") REFERENCES " + parent.sql()
                + (referenced.isEmpty() ? "" : " (" + String.join(", ", referenced) + ")");
    }

    String sql() {
        return String.join("\n", lines);
    }
}
