package dev.rubicon.engine.postgres;

import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Column;
import dev.rubicon.engine.facts.Compatibility;
import dev.rubicon.engine.facts.Constraint;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.engine.facts.Schema;
import dev.rubicon.engine.facts.Schema.ColumnState;
import dev.rubicon.engine.facts.TypeName;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which application versions can live with a statement: the old one with it done, the new one with it not done yet. Nobody
 * looks into the application, so a column that goes breaks the code that knew it, and a new constraint is fine for code that
 * keeps to it. What the script itself made, old code does not know.
 */
final class CodeSafety {

    private final Schema schema;
    private final Set<String> oldBreaks = new LinkedHashSet<>();
    private final Set<String> oldDepends = new LinkedHashSet<>();
    private final Set<String> newBreaks = new LinkedHashSet<>();
    private final Set<String> newDepends = new LinkedHashSet<>();

    CodeSafety(Schema schema) {
        this.schema = schema;
    }

    Compatibility oldCode() {
        return verdict(oldBreaks, oldDepends);
    }

    Compatibility newCode() {
        return verdict(newBreaks, newDepends);
    }

    private static Compatibility verdict(Set<String> breaks, Set<String> depends) {
        if (!breaks.isEmpty()) {
            return new Compatibility.Broken(String.join(" and ", breaks));
        }
        return depends.isEmpty() ? Compatibility.SAFE : new Compatibility.Depends(String.join(" and ", depends));
    }

    void take(Action action) {
        switch (action) {
            case Action.AddColumn add -> added(add.table(), add.column());
            case Action.DropColumn drop -> dropped(drop);
            case Action.AlterType alter -> typed(alter);
            case Action.SetDefault set -> defaulted(set);
            case Action.SetNotNull set -> oldDepends(set.table(),
                    "it never writes null into " + column(set.table(), set.column()));
            case Action.DropNotNull drop -> nullable(column(drop.table(), drop.column()));
            case Action.ChangeIdentity change -> oldDepends(change.table(), change.drop()
                    ? "it fills " + column(change.table(), change.column()) + " itself"
                    : "it does not fill " + column(change.table(), change.column()) + " itself");
            case Action.ChangeExpression change -> oldDepends(change.table(),
                    "it can live with other values in " + column(change.table(), change.column()));
            case Action.AddConstraint add -> constrained(add.table(), add.constraint());
            case Action.DropConstraint drop -> freed(drop);
            case Action.CreateIndex create when create.unique() -> oldDepends(create.table(),
                    "it writes no duplicates of " + String.join(", ", create.columns()) + " into " + create.table());
            case Action.CreateTable create -> newBreaks.add("it uses " + create.table() + ", which is not there yet");
            case Action.CreateView create -> newBreaks.add("it uses " + create.view() + ", which is not there yet");
            case Action.CreateSequence create ->
                newBreaks.add("it uses " + create.sequence() + ", which is not there yet");
            case Action.CreateFunction create ->
                newBreaks.add("it calls " + create.function() + "(), which is not there yet");
            case Action.Drop drop -> dropped(drop);
            case Action.Rename rename -> renamed(rename);
            case Action.SetSchema move -> moved(move);
            case Action.AddEnumValue add -> {
                oldDepends.add("it can read the new value " + add.value() + " of " + add.type());
                newDepends.add("it does not write the value " + add.value() + " of " + add.type() + " yet");
            }
            case Action.AlterDomain alter when alter.constraint() != null || alter.setNotNull() ->
                oldDepends.add("what it writes into columns of " + alter.domain() + " meets the new constraint");
            case Action.RowSecurity change -> oldDepends(change.table(), change.enabled()
                    ? "a policy lets its role see and write the rows of " + change.table()
                    : "it may see all rows of " + change.table());
            case Action.CreatePolicy create -> oldDepends(create.table(),
                    "the policies on " + create.table() + " let its role do what it does");
            case Action.CreateTrigger create -> oldDepends(create.table(),
                    "it can live with what " + create.function() + "() does when it writes " + create.table());
            case Action.CreateRule create -> oldDepends(create.table(),
                    "it can live with what the rule makes of its statements on " + create.table());
            case Action.DetachPartition detach -> oldDepends(detach.table(),
                    "it does not need the rows of " + detach.partition() + " in " + detach.table());
            case Action.Truncate truncate -> truncate.tables().forEach(table -> oldDepends(table,
                    "it can live without the rows of " + table));
            case Action.Grant grant -> {
                (grant.grant() ? newDepends : oldDepends).add("it does not need the privileges yet granted or revoked");
            }
            case Action.Block block -> block.body().forEach(statement -> statement.forEach(this::take));
            default -> {}
        }
    }

    private boolean unknownToOldCode(QualifiedName table) {
        return schema.relation(table).filter(Schema.Relation::made).isPresent();
    }

    private boolean unknownToOldCode(QualifiedName table, String column) {
        return unknownToOldCode(table) || schema.column(table, column).filter(ColumnState::made).isPresent();
    }

    private void oldDepends(QualifiedName table, String condition) {
        if (!unknownToOldCode(table)) {
            oldDepends.add(condition);
        }
    }

    private static String column(QualifiedName table, String column) {
        return table + "." + column;
    }

    private void added(QualifiedName table, Column column) {
        newBreaks.add("it uses " + column(table, column.name()) + ", which is not there yet");
        boolean filled = column.defaultValue() != null || column.numbered() || column.generated() != null;
        if (column.notNull() && !filled && !unknownToOldCode(table)) {
            oldBreaks.add("it inserts into " + table + " without " + column.name()
                    + ", which takes no null and has no default");
        }
        column.constraints().forEach(constraint -> {
            if (constraint.kind() == Constraint.Kind.UNIQUE && column.defaultValue() != null) {
                constrained(table, constraint);
            }
        });
    }

    private void dropped(Action.DropColumn drop) {
        String name = column(drop.table(), drop.column());
        if (!unknownToOldCode(drop.table(), drop.column())) {
            oldBreaks.add("it uses " + name);
        }
        boolean demanded = schema.column(drop.table(), drop.column())
                .filter(each -> Boolean.TRUE.equals(each.notNull()) && each.defaultValue() == null && !each.numbered())
                .isPresent();
        if (demanded) {
            newDepends.add("it still fills " + name + ", which takes no null and has no default");
        }
    }

    private void typed(Action.AlterType alter) {
        String name = column(alter.table(), alter.column());
        TypeName before = schema.column(alter.table(), alter.column()).map(ColumnState::type).orElse(null);
        boolean sameName = before != null && before.name().equals(alter.type().name());
        if (!(sameName && !TypeChange.of(alter, before, schema).rewrite())
                && !unknownToOldCode(alter.table(), alter.column())) {
            oldDepends.add("it reads and writes " + name + " as " + alter.type().sql() + " as well");
        }
        newDepends.add("it writes nothing into " + name + " that the type so far cannot hold");
    }

    private void defaulted(Action.SetDefault set) {
        if (set.value() == null) {
            oldDepends(set.table(), "it fills " + column(set.table(), set.column()) + " itself");
        }
    }

    private void nullable(String column) {
        oldDepends.add("it can read null from " + column);
        newDepends.add("it does not write null into " + column + " yet");
    }

    private void constrained(QualifiedName table, Constraint constraint) {
        if (!constraint.enforced()) {
            return;
        }
        String columns = String.join(", ", constraint.columns());
        String where = columns.isEmpty() ? table.toString() : columns + " of " + table;
        switch (constraint.kind()) {
            case CHECK -> oldDepends(table, "what it writes into " + where + " meets the new CHECK");
            case NOT_NULL -> oldDepends(table, "it never writes null into " + where);
            case PRIMARY_KEY, UNIQUE -> oldDepends(table, "it writes no duplicates of " + where);
            case EXCLUDE -> oldDepends(table, "it writes no rows into " + table + " that exclude each other");
            case FOREIGN_KEY -> oldDepends(table, "it writes " + where + " only where " + constraint.references()
                    + " has the row, and deletes none that is referenced");
        }
    }

    /** INSERT … ON CONFLICT needs a key. */
    private void freed(Action.DropConstraint drop) {
        boolean key = schema.constraint(drop.table(), drop.constraint())
                .map(each -> each.definition().kind()).filter(kind -> switch (kind) {
                    case PRIMARY_KEY, UNIQUE, EXCLUDE -> true;
                    case CHECK, FOREIGN_KEY, NOT_NULL -> false;
                }).isPresent();
        if (key) {
            oldDepends(drop.table(), "it uses no ON CONFLICT that needs " + drop.constraint());
        }
    }

    private void dropped(Action.Drop drop) {
        String names = drop.names().stream().map(QualifiedName::toString).collect(Collectors.joining(", "));
        switch (drop.kind()) {
            case TABLE, VIEW, MATERIALIZED_VIEW, FOREIGN_TABLE, SEQUENCE -> drop.names().stream()
                    .filter(name -> !unknownToOldCode(name)).forEach(name -> oldBreaks.add("it uses " + name));
            case TYPE, DOMAIN, FUNCTION, SCHEMA, DATABASE, ROLE, EXTENSION ->
                oldBreaks.add("it uses " + drop.kind().word().toLowerCase(Locale.ROOT) + " " + names);
            case TRIGGER, RULE -> oldDepends.add("it does not need what " + names + " does");
            case POLICY -> oldDepends.add("the other policies let its role do what it does");
            case INDEX, COLUMN, CONSTRAINT, ENUM_VALUE, OTHER -> {}
        }
    }

    private void renamed(Action.Rename rename) {
        String member = rename.member();
        String from = member == null ? rename.object().toString() : column(rename.object(), member);
        boolean seen = switch (rename.kind()) {
            case TABLE, COLUMN, VIEW, MATERIALIZED_VIEW, SEQUENCE, TYPE, DOMAIN, ENUM_VALUE, FUNCTION, SCHEMA, DATABASE,
                    FOREIGN_TABLE, ROLE ->
                true;
            case CONSTRAINT, INDEX, TRIGGER, POLICY, RULE, EXTENSION, OTHER -> false;
        };
        if (!seen) {
            return;
        }
        boolean made = member == null ? unknownToOldCode(rename.object()) : unknownToOldCode(rename.object(), member);
        if (!made) {
            oldBreaks.add("it knows " + from + " by this name");
        }
        newBreaks.add("it knows " + from + " as " + rename.to());
    }

    private void moved(Action.SetSchema move) {
        if (!unknownToOldCode(move.object())) {
            oldBreaks.add("it looks for " + move.object() + " where it was");
        }
        newBreaks.add("it looks for " + move.object() + " in schema " + move.schema());
    }
}
