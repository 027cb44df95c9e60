package dev.rubicon.analysis.rules;

import static java.util.Objects.requireNonNull;

import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Column;
import dev.rubicon.engine.facts.Constraint;
import dev.rubicon.engine.facts.QualifiedName;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The foreign keys that a statement brings. */
final class ForeignKeys {

    private ForeignKeys() {}

    /**
     * @param by the action that brings it
     * @param column the new column that it is written at, or null
     */
    record Key(Action by, QualifiedName table, @Nullable Column column, Constraint constraint) {

        QualifiedName references() {
            return requireNonNull(constraint.references());
        }

        boolean toItself() {
            return references().same(table);
        }

        String columns() {
            return table.sql() + " " + SafeForms.columns(constraint.columns());
        }
    }

    static List<Key> of(Judged judged) {
        return of(judged.actions());
    }

    static List<Key> of(Collection<Action> actions) {
        return actions.stream().flatMap(ForeignKeys::of).filter(each -> each.constraint().references() != null)
                .toList();
    }

    private static Stream<Key> of(Action action) {
        return switch (action) {
            case Action.CreateTable create -> Stream.concat(
                    create.columns().stream().flatMap(column -> at(action, create.table(), column)),
                    create.constraints().stream().map(each -> new Key(action, create.table(), null, each)));
            case Action.AddColumn add -> at(action, add.table(), add.column());
            case Action.AddConstraint add -> Stream.of(new Key(action, add.table(), null, add.constraint()));
            default -> Stream.empty();
        };
    }

    private static Stream<Key> at(Action action, QualifiedName table, Column column) {
        return column.constraints().stream().map(each -> new Key(action, table, column, each));
    }

    /** Whether a table has the same foreign key, validated. */
    static boolean valid(Judged judged, QualifiedName table, Key key) {
        return judged.schema().relation(table).stream().flatMap(each -> each.constraints().values().stream())
                .anyMatch(each -> each.valid() && each.definition().references() != null
                        && each.definition().references().same(key.references())
                        && each.definition().columns().equals(key.constraint().columns()));
    }

    /** Those whose referenced table others can be using. */
    static List<Key> toOthers(Judged judged) {
        return of(judged).stream().filter(each -> each.constraint().enforced() && !each.toItself())
                .filter(each -> !Ground.quiet(judged, each.references())).toList();
    }
}
