package dev.rubicon.engine.postgres;

import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Column;
import dev.rubicon.engine.facts.Expression;
import dev.rubicon.engine.facts.Identifiers;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.engine.facts.Schema;
import dev.rubicon.engine.facts.Schema.ColumnState;
import dev.rubicon.engine.facts.Schema.Dependent;
import dev.rubicon.plan.DataLoss;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The way back from changes of columns. */
final class ColumnDrafts {

    private final Schema schema;

    ColumnDrafts(Schema schema) {
        this.schema = schema;
    }

    Undo add(Action.AddColumn add) {
        Column column = add.column();
        String name = Wordings.column(add.table(), column.name());
        if (add.ifNotExists() && schema.column(add.table(), column.name()).isPresent()) {
            return Undo.nothing(name + " is there already, and the statement leaves it alone");
        }
        Undo undo = Undo.by("Drops the column that the statement adds",
                Wordings.alter(add.table(), "DROP COLUMN " + Identifiers.quote(column.name())));
        if (column.generated() != null) {
            undo = undo.losing(DataLoss.DERIVED);
        } else if (!schema.fresh(add.table())) {
            undo = undo.losing(DataLoss.NEW_WRITES).counting(add.table(), written(column))
                    .within("until something that is kept is written to " + name);
        }
        return add.ifNotExists() ? undo.adding(ObjectDrafts.perhapsBefore(name)) : undo;
    }

    /** Rows in which the column holds more than what adding it put there. */
    private static String written(Column column) {
        Expression value = column.defaultValue();
        String name = Identifiers.quote(column.name());
        return value == null || !value.constant() ? name + " IS NOT NULL" : name + " IS DISTINCT FROM " + value.sql();
    }

    Undo drop(Action.DropColumn drop) {
        QualifiedName table = drop.table();
        String name = Wordings.column(table, drop.column());
        ColumnState column = schema.column(table, drop.column()).orElse(null);
        boolean absent = column == null
                && schema.relation(table).filter(each -> each.known() || each.gone().contains(drop.column()))
                        .isPresent();
        if (absent && drop.ifExists()) {
            return Undo.nothing(name + " is not there");
        }
        String definition = column == null ? null : Wordings.definition(column);
        if (definition != null && column != null && (column.generated() != null || column.made())) {
            Undo undo = Undo.by("Adds the column again" + alsoGone(table, drop.column()),
                    Wordings.alter(table, "ADD COLUMN " + definition));
            return schema.fresh(table) ? undo : undo.losing(DataLoss.DERIVED);
        }
        Undo undo = Undo.none(DataLoss.TOTAL, "The values of " + name
                + " are gone with the column. Restore them from a backup into another database and copy them back")
                .counting(table, Identifiers.quote(drop.column()) + " IS NOT NULL");
        return definition == null
                ? undo
                : undo.adding("The column itself comes back with "
                        + Wordings.alter(table, "ADD COLUMN " + definition) + alsoGone(table, drop.column()));
    }

    private String alsoGone(QualifiedName table, String column) {
        List<Dependent> dependents = schema.dependents(table, column);
        return dependents.isEmpty()
                ? ""
                : "; what went with it has to be made again: "
                        + dependents.stream().map(Dependent::words).collect(Collectors.joining(", "));
    }

    Undo setDefault(Action.SetDefault set) {
        ColumnState column = schema.column(set.table(), set.column()).orElse(null);
        Expression before = column == null ? null : column.defaultValue();
        if (before != null) {
            return Undo.by("Sets the default that was there before",
                    Wordings.alterColumn(set.table(), set.column(), "SET DEFAULT " + before.sql()));
        }
        if (known(column) && column != null && !column.numbered()) {
            return set.value() == null
                    ? Undo.nothing("the column has no default")
                    : Undo.by("Before, the column had no default",
                            Wordings.alterColumn(set.table(), set.column(), "DROP DEFAULT"));
        }
        return Undo.unknown("The default that " + Wordings.column(set.table(), set.column())
                + " had before is not known here; write it down, or judge with the catalog of a target");
    }

    private static boolean known(@Nullable ColumnState column) {
        return column != null && column.type() != null && column.notNull() != null;
    }

    Undo setNotNull(Action.SetNotNull set) {
        boolean already = schema.column(set.table(), set.column())
                .filter(each -> Boolean.TRUE.equals(each.notNull())).isPresent();
        return already
                ? Undo.nothing(Wordings.column(set.table(), set.column()) + " is NOT NULL already")
                : Undo.by("Allows NULL again", Wordings.alterColumn(set.table(), set.column(), "DROP NOT NULL"));
    }

    /** In the form that reads the table while others write to it, and proves NOT NULL by it. */
    Undo dropNotNull(Action.DropNotNull drop) {
        QualifiedName table = drop.table();
        String column = Identifiers.quote(drop.column());
        boolean nullable = schema.column(table, drop.column())
                .filter(each -> Boolean.FALSE.equals(each.notNull())).isPresent();
        if (nullable) {
            return Undo.nothing(Wordings.column(table, drop.column()) + " allows NULL already");
        }
        String why = "Demands a value again. It loses nothing, but rows that got NULL since stand in its way";
        Undo undo = schema.fresh(table)
                ? Undo.by(why, Wordings.alterColumn(table, drop.column(), "SET NOT NULL"))
                : proved(table, drop.column(), why);
        return undo.counting(table, column + " IS NULL")
                .within("until a row with NULL in " + Wordings.column(table, drop.column()) + " is written");
    }

    private static Undo proved(QualifiedName table, String column, String why) {
        String check = Identifiers.quote(table.name() + "_" + column + "_not_null");
        return Undo.by(why,
                Wordings.alter(table, "ADD CONSTRAINT %s CHECK (%s IS NOT NULL) NOT VALID".formatted(check,
                        Identifiers.quote(column))),
                Wordings.alter(table, "VALIDATE CONSTRAINT " + check),
                Wordings.alterColumn(table, column, "SET NOT NULL"),
                Wordings.alter(table, "DROP CONSTRAINT " + check));
    }

    Undo changeIdentity(Action.ChangeIdentity change) {
        String name = Wordings.column(change.table(), change.column());
        boolean numbered = schema.column(change.table(), change.column()).filter(ColumnState::numbered).isPresent();
        if (change.drop()) {
            return Undo.none(DataLoss.DERIVED, "The sequence of " + name + " is gone, and where it stood with it. Find "
                    + "the highest value, and add an identity that starts behind it");
        }
        return numbered
                ? Undo.unknown("How the identity of " + name + " was set before is not known here")
                : Undo.by("Takes the identity away", Wordings.alterColumn(change.table(), change.column(),
                        "DROP IDENTITY"));
    }

    Undo changeExpression(Action.ChangeExpression change) {
        String name = Wordings.column(change.table(), change.column());
        Column.Generated before = schema.column(change.table(), change.column()).map(ColumnState::generated)
                .orElse(null);
        if (change.value() == null) {
            return Undo
                    .unknown("A column that is there cannot be made a computed one: add a new one, and drop " + name);
        }
        return before == null
                ? Undo.unknown("How " + name + " was computed before is not known here")
                : Undo.by("Computes the column as before", Wordings.alterColumn(change.table(), change.column(),
                        "SET EXPRESSION AS (" + before.value().sql() + ")")).losing(DataLoss.DERIVED);
    }
}
