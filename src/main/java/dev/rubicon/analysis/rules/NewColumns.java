package dev.rubicon.analysis.rules;

import static java.util.Objects.requireNonNull;

import dev.rubicon.engine.facts.Action.AddColumn;
import dev.rubicon.engine.facts.Column;
import dev.rubicon.engine.facts.Constraint;
import dev.rubicon.engine.facts.Expression;
import dev.rubicon.engine.facts.QualifiedName;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Constraints written at columns that come to tables which others are using. */
final class NewColumns {

    private static final Pattern NULL = Pattern.compile("\\s*NULL\\s*(::.*)?", Pattern.CASE_INSENSITIVE);

    private NewColumns() {}

    /** A constraint and the new column that it is written at. */
    record Demand(AddColumn by, Constraint constraint) {

        QualifiedName table() {
            return by.table();
        }

        Column column() {
            return by.column();
        }

        /** The table that a foreign key references. */
        QualifiedName references() {
            return requireNonNull(constraint.references());
        }

        /** Whether rows have a value in it from the start. */
        boolean filled() {
            Expression value = column().defaultValue();
            return (value != null && !NULL.matcher(value.sql()).matches()) || column().numbered()
                    || column().generated() != null;
        }

        /** The column without its constraints, and each of these on its own. */
        String safeForm(Judged judged) {
            String add = "ADD COLUMN " + (by.ifNotExists() ? "IF NOT EXISTS " : "") + bare();
            StringBuilder sql = new StringBuilder(Sql.alter(table(), add));
            column().constraints().forEach(each -> sql.append('\n').append(separate(judged, each)));
            return sql.toString();
        }

        private String bare() {
            String text = column().sql();
            for (Constraint each : column().constraints()) {
                text = text.replace(each.sql(), "");
            }
            return text.strip().replaceAll("[ \\t\\n]+", " ");
        }

        private String separate(Judged judged, Constraint constraint) {
            return switch (constraint.kind()) {
                case FOREIGN_KEY -> SafeForms.later(judged, table(), constraint);
                case CHECK -> SafeForms.later(table(), constraint);
                case UNIQUE, PRIMARY_KEY -> SafeForms.overIndex(judged, table(), constraint);
                case NOT_NULL -> SafeForms.notNull(judged, table(), column().name());
                case EXCLUDE -> Sql.alter(table(), "ADD " + constraint.sql());
            };
        }
    }

    static Stream<Demand> demands(Judged judged, Constraint.Kind kind) {
        return judged.actions(AddColumn.class).filter(add -> !Ground.quiet(judged, add.table()))
                .flatMap(add -> add.column().constraints().stream()
                        .filter(each -> each.kind() == kind && each.enforced() && !each.notValid())
                        .map(each -> new Demand(add, each)));
    }

    static Stream<Demand> keys(Judged judged) {
        return demands(judged, Constraint.Kind.FOREIGN_KEY).filter(each -> each.constraint().references() != null);
    }
}
