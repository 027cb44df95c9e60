package dev.rubicon.engine.facts;

import dev.rubicon.engine.facts.Action.ObjectKind;
import dev.rubicon.engine.facts.Schema.ConstraintState;
import dev.rubicon.engine.facts.Schema.Dependent;
import dev.rubicon.engine.facts.Schema.Relation;
import dev.rubicon.engine.facts.Schema.RelationKind;
import java.util.ArrayList;
import java.util.List;

/** Finds what names a table or one of its columns. */
final class Dependents {

    private final Schema schema;
    private final List<Dependent> found = new ArrayList<>();

    Dependents(Schema schema) {
        this.schema = schema;
    }

    List<Dependent> of(QualifiedName table, String column) {
        schema.viewsOn(table, column).forEach(this::view);
        schema.relation(table).ifPresent(relation -> {
            List<ConstraintState> own = relation.constraints().values().stream()
                    .filter(each -> Removals.names(each.definition(), column)).toList();
            own.forEach(each -> found.add(new Dependent(ObjectKind.CONSTRAINT, table, each.name(), true)));
            own.forEach(each -> foreignKeys(table, each));
            Removals.generatedFrom(relation, column)
                    .forEach(each -> found.add(new Dependent(ObjectKind.COLUMN, table, each.name(), false)));
        });
        schema.indexesOf(table).stream().filter(each -> !each.behind() && Removals.names(each, column))
                .forEach(each -> found.add(new Dependent(ObjectKind.INDEX, each.name(), null, true)));
        return found;
    }

    private void foreignKeys(QualifiedName table, ConstraintState key) {
        schema.foreignKeysTo(table).stream()
                .filter(each -> !each.constraint().equals(key) && Removals.reliesOn(each, key))
                .forEach(each -> found
                        .add(new Dependent(ObjectKind.CONSTRAINT, each.table(), each.constraint().name(), false)));
    }

    List<Dependent> of(QualifiedName table) {
        schema.viewsOn(table).forEach(this::view);
        schema.foreignKeysTo(table).stream().filter(each -> !each.table().equals(table)).forEach(each -> found
                .add(new Dependent(ObjectKind.CONSTRAINT, each.table(), each.constraint().name(), false)));
        schema.childrenOf(table).forEach(each -> found
                .add(new Dependent(ObjectKind.TABLE, each.name(), null, table.equals(each.parent()))));
        return found;
    }

    private void view(Relation view) {
        found.add(new Dependent(
                view.kind() == RelationKind.MATERIALIZED_VIEW ? ObjectKind.MATERIALIZED_VIEW : ObjectKind.VIEW,
                view.name(), null, false));
    }
}
