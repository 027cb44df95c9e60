package dev.rubicon.engine.postgres;

import dev.rubicon.engine.facts.Column;
import dev.rubicon.engine.facts.Constraint;
import dev.rubicon.engine.facts.Expression;
import dev.rubicon.engine.facts.Identifiers;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.engine.facts.Schema.ColumnState;
import dev.rubicon.engine.facts.Schema.ConstraintState;
import dev.rubicon.engine.facts.Schema.Index;
import dev.rubicon.engine.facts.TypeName;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Definitions written anew from the model, as they may stand in a statement. */
final class Wordings {

    private static final Pattern NAMED = Pattern.compile("^\\s*CONSTRAINT\\s+(\"(?:[^\"]|\"\")+\"|\\S+)\\s+",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern REFERENCES = Pattern.compile(
            "\\bREFERENCES\\s+(?:\"[^\"]+\"|[^\\s(])+\\s*(?:\\([^)]*\\))?(.*)$",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private Wordings() {}

    /** For people: {@code users.nickname}. */
    static String column(QualifiedName table, String column) {
        return table.sql() + "." + Identifiers.quote(column);
    }

    static String alter(QualifiedName table, String clause) {
        return "ALTER TABLE " + table.sql() + " " + clause;
    }

    static String alterColumn(QualifiedName table, String column, String clause) {
        return alter(table, "ALTER COLUMN " + Identifiers.quote(column) + " " + clause);
    }

    static String names(List<String> columns) {
        return columns.stream().map(Identifiers::quote).collect(Collectors.joining(", "));
    }

    /** A type as it may be written; built-in ones by the server's name. */
    static String type(TypeName type) {
        return type.sql().isBlank() ? Identifiers.qualified(type.schema(), type.name()) : type.sql();
    }

    /** A column behind ADD COLUMN, or null where too little is known of it. */
    static @Nullable String definition(ColumnState column) {
        TypeName type = column.type();
        if (type == null || column.numbered()) {
            return null;
        }
        Expression value = column.defaultValue();
        Column.Generated generated = column.generated();
        return Identifiers.quote(column.name()) + " " + type(type)
                + (generated == null
                        ? ""
                        : " GENERATED ALWAYS AS (" + generated.value().sql() + ")"
                                + (generated.stored() ? " STORED" : " VIRTUAL"))
                + (value == null ? "" : " DEFAULT " + value.sql())
                + (Boolean.TRUE.equals(column.notNull()) ? " NOT NULL" : "");
    }

    /** A constraint behind ADD, or null where its own words are needed and not known. */
    static @Nullable String definition(ConstraintState constraint) {
        Constraint definition = constraint.definition();
        String body = switch (definition.kind()) {
            case PRIMARY_KEY -> "PRIMARY KEY (" + names(definition.columns()) + ")";
            case UNIQUE -> "UNIQUE " + (definition.nullsNotDistinct() ? "NULLS NOT DISTINCT " : "") + "("
                    + names(definition.columns()) + ")";
            case CHECK -> "CHECK (" + Objects.requireNonNull(definition.check()).sql() + ")";
            case NOT_NULL -> "NOT NULL " + names(definition.columns());
            case FOREIGN_KEY -> foreignKey(definition);
            case EXCLUDE -> NAMED.matcher(definition.sql()).replaceFirst("");
        };
        if (body.isBlank() || definition.kind() != Constraint.Kind.CHECK && definition.columns().isEmpty()) {
            return null;
        }
        boolean deferrable = definition.deferrable() && !body.toUpperCase(java.util.Locale.ROOT).contains("DEFERRABLE");
        return "CONSTRAINT " + Identifiers.quote(constraint.name()) + " " + body + (deferrable ? " DEFERRABLE" : "");
    }

    /** What stands behind REFERENCES (columns), like ON DELETE, is kept as it was written. */
    private static String foreignKey(Constraint key) {
        QualifiedName to = Objects.requireNonNull(key.references());
        var rest = REFERENCES.matcher(key.sql());
        String actions = rest.find() ? rest.group(1).strip().replaceAll("(?i)\\s*\\bNOT\\s+VALID\\b", "") : "";
        return "FOREIGN KEY (" + names(key.columns()) + ") REFERENCES " + shown(to).sql()
                + (key.referencedColumns().isEmpty() ? "" : " (" + names(key.referencedColumns()) + ")")
                + (actions.isEmpty() ? "" : " " + actions);
    }

    /** A name that the model completed, without the schema in which everything is. */
    static QualifiedName shown(QualifiedName name) {
        return "public".equals(name.schema()) ? QualifiedName.of(name.name()) : name;
    }

    static String definition(Index index, boolean concurrently) {
        String how = concurrently ? " CONCURRENTLY " : " ";
        String definition = index.definition();
        if (definition != null) {
            return definition.replaceFirst(" INDEX ", " INDEX" + how);
        }
        String where = index.where();
        return "CREATE " + (index.unique() ? "UNIQUE " : "") + "INDEX" + how + Identifiers.quote(index.name().name())
                + " ON " + shown(index.table()).sql()
                + (index.method().equals("btree") ? "" : " USING " + index.method()) + " ("
                + index.columns().stream().map(Wordings::key).collect(Collectors.joining(", ")) + ")"
                + (index.include().isEmpty() ? "" : " INCLUDE (" + names(index.include()) + ")")
                + (where == null ? "" : " WHERE " + where);
    }

    private static String key(String key) {
        return key.contains("(") ? (key.startsWith("(") ? key : "(" + key + ")") : Identifiers.quote(key);
    }
}
