package dev.rubicon.engine.facts;

import dev.rubicon.engine.facts.Action.ObjectKind;
import dev.rubicon.engine.facts.Schema.Domain;
import dev.rubicon.engine.facts.Schema.EnumType;
import dev.rubicon.engine.facts.Schema.OtherType;
import dev.rubicon.engine.facts.Schema.Relation;
import dev.rubicon.engine.facts.Schema.RelationKind;
import dev.rubicon.engine.facts.Schema.Routine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What each action changes in a schema. */
final class SchemaChanges {

    private final Schema schema;
    private final TableChanges tables;
    private final ConstraintChanges constraints;
    private final IndexChanges indexes;
    private final Removals removals;
    private final Renames renames;

    SchemaChanges(Schema schema) {
        this.schema = schema;
        this.indexes = new IndexChanges(schema);
        this.constraints = new ConstraintChanges(schema, indexes);
        this.tables = new TableChanges(schema, constraints, indexes);
        this.removals = new Removals(schema);
        this.renames = new Renames(schema);
    }

    void apply(Action action) {
        switch (action) {
            case Action.CreateTable create -> tables.create(create);
            case Action.Drop drop -> removals.drop(drop);
            case Action.Rename rename -> renames.rename(rename);
            case Action.SetSchema move -> renames.move(move);
            case Action.SetOwner owner -> trait(owner.object(), "owner", owner.owner());
            case Action.OnTable onTable -> applyOnTable(onTable);
            case Action.Reindex reindex -> indexes.rebuilt(reindex);
            case Action.CreateView view -> createView(view);
            case Action.RefreshView refresh -> filled(refresh.view());
            case Action.CreateSequence sequence -> createSequence(sequence);
            case Action.CreateEnum type -> schema.put(new EnumType(schema.resolveNew(type.type()),
                    List.copyOf(type.values()), Set.of(), true));
            case Action.AddEnumValue value -> addValue(value);
            case Action.CreateDomain domain -> schema.put(new Domain(schema.resolveNew(domain.domain()), domain.base(),
                    domain.notNull(), List.copyOf(domain.checks()), true));
            case Action.AlterDomain domain -> alterDomain(domain);
            case Action.CreateType type -> schema.put(new OtherType(schema.resolveNew(type.type()), true));
            case Action.CreateFunction function -> createFunction(function);
            case Action.CreateSchema create -> schema.made(ObjectKind.SCHEMA, QualifiedName.of(create.schema()), null);
            case Action.CreateExtension create ->
                schema.made(ObjectKind.EXTENSION, QualifiedName.of(create.extension()), null);
            case Action.CreateOther other -> createOther(other);
            case Action.Truncate truncate -> truncate.tables().forEach(this::emptied);
            case Action.TransactionControl control -> schema.control(control);
            case Action.Setting setting -> set(setting);
            case Action.Block block -> block.body().forEach(statement -> statement.forEach(this::apply));
            case Action.AlterSequence nothing -> {}
            case Action.Comment nothing -> {}
            case Action.Grant nothing -> {}
            case Action.Query nothing -> {}
            case Action.LockTables nothing -> {}
            case Action.Vacuum nothing -> {}
            case Action.Analyze nothing -> {}
            case Action.Cluster nothing -> {}
            case Action.Other nothing -> {}
        }
    }

    private void applyOnTable(Action.OnTable action) {
        switch (action) {
            case Action.AddColumn add -> tables.addColumn(add);
            case Action.DropColumn drop -> removals.column(schema.resolve(drop.table()), drop.column(), drop.cascade());
            case Action.AlterType type -> tables.alterType(type);
            case Action.SetDefault value -> tables.column(value.table(), value.column(),
                    each -> each.withDefault(value.value()).withNumbered(false));
            case Action.SetNotNull column -> tables.column(column.table(), column.column(),
                    each -> each.withNotNull(true));
            case Action.DropNotNull column -> tables.column(column.table(), column.column(),
                    each -> each.withNotNull(false));
            case Action.ChangeIdentity identity -> tables.changeIdentity(identity);
            case Action.ChangeExpression expression -> tables.changeExpression(expression);
            case Action.AddConstraint add -> constraints.add(schema.resolve(add.table()), add.constraint());
            case Action.ValidateConstraint valid -> constraints.validate(schema.resolve(valid.table()),
                    valid.constraint());
            case Action.DropConstraint drop -> removals.constraint(schema.resolve(drop.table()), drop.constraint(),
                    drop.cascade());
            case Action.AttachPartition attach -> tables.attach(attach);
            case Action.DetachPartition detach -> tables.detach(detach);
            case Action.AttachIndex attach -> indexes.attach(attach);
            case Action.TriggerState state -> trait(state.table(), "trigger " + state.trigger(),
                    state.enabled() ? "enabled" : "disabled");
            case Action.RowSecurity security -> trait(security.table(), "row level security",
                    security.enabled() ? "enabled" : "disabled");
            case Action.SetLogged logged -> trait(logged.table(), "persistence",
                    logged.logged() ? "logged" : "unlogged");
            case Action.SetTablespace space -> trait(space.table(), "tablespace", space.tablespace());
            case Action.SetAccessMethod method -> trait(method.table(), "access method", method.method());
            case Action.ChangeInheritance change -> tables.inherit(change);
            case Action.CreateIndex create -> indexes.create(create);
            case Action.CreateTrigger trigger -> schema.change(trigger.table(), edit -> {
                edit.triggers.put(trigger.trigger(), schema.resolve(trigger.function()));
                edit.lost.remove("trigger " + trigger.trigger());
            });
            case Action.CreatePolicy policy -> schema.made(ObjectKind.POLICY, QualifiedName.of(policy.policy()),
                    schema.resolve(policy.table()));
            case Action.CreateRule rule -> schema.made(ObjectKind.RULE, QualifiedName.of(rule.rule()),
                    schema.resolve(rule.table()));
            case Action.Insert insert -> filled(insert.table());
            case Action.Merge merge -> filled(merge.table());
            case Action.CopyInto copy -> filled(copy.table());
            case Action.ColumnSetting nothing -> {}
            case Action.AlterConstraint nothing -> {}
            case Action.SetReplicaIdentity nothing -> {}
            case Action.StorageParameters nothing -> {}
            case Action.OtherTableChange nothing -> {}
            case Action.Update nothing -> {}
            case Action.Delete nothing -> {}
        }
    }

    private void trait(QualifiedName relation, String what, String value) {
        schema.change(relation, edit -> edit.traits.put(what, value));
    }

    /** Rows are remembered only where it matters: in what statements made. */
    private void filled(QualifiedName table) {
        schema.relation(table).filter(each -> !each.filled())
                .ifPresent(each -> schema.change(table, edit -> edit.filled = true));
    }

    private void emptied(QualifiedName table) {
        schema.relation(table).filter(Relation::filled)
                .ifPresent(each -> schema.change(table, edit -> edit.filled = false));
    }

    private void createView(Action.CreateView create) {
        QualifiedName name = schema.resolveNew(create.view());
        if (create.ifNotExists() && schema.relation(name).isPresent()) {
            return;
        }
        boolean before = schema.relation(name).isPresent();
        Edit edit = Edit.making(name, create.materialized() ? RelationKind.MATERIALIZED_VIEW : RelationKind.VIEW);
        edit.known = false;
        edit.made = !before;
        edit.filled = create.materialized();
        edit.reads = create.reads().stream().map(schema::resolve).distinct().toList();
        Set<String> columns = new LinkedHashSet<>(create.columns());
        if (create.star()) {
            columns.add(Schema.Details.EVERY_COLUMN);
        }
        Map<QualifiedName, Set<String>> uses = new LinkedHashMap<>();
        edit.reads.forEach(read -> uses.put(read, columns));
        edit.uses = uses;
        schema.put(edit.done());
    }

    private void createSequence(Action.CreateSequence create) {
        QualifiedName name = schema.resolveNew(create.sequence());
        if (schema.relation(name).isEmpty() || !create.ifNotExists()) {
            schema.put(Edit.making(name, RelationKind.SEQUENCE).done());
        }
    }

    private void addValue(Action.AddEnumValue add) {
        QualifiedName name = schema.resolve(add.type());
        EnumType type = schema.type(name).filter(EnumType.class::isInstance).map(EnumType.class::cast)
                .orElse(schema.isComplete() ? null : new EnumType(name, List.of(), Set.of(), false));
        if (type != null && !type.values().contains(add.value())) {
            List<String> values = new ArrayList<>(type.values());
            values.add(add.value());
            Set<String> fresh = new LinkedHashSet<>(type.fresh());
            fresh.add(add.value());
            schema.put(new EnumType(name, values, fresh, type.made()));
        }
    }

    private void alterDomain(Action.AlterDomain alter) {
        if (schema.type(alter.domain()).orElse(null) instanceof Domain domain) {
            List<Constraint> checks = new ArrayList<>(domain.checks());
            Constraint added = alter.constraint();
            if (added != null) {
                checks.add(added);
            }
            schema.put(new Domain(domain.name(), domain.base(), domain.notNull() || alter.setNotNull(), checks,
                    domain.made()));
        }
    }

    private void createFunction(Action.CreateFunction create) {
        QualifiedName name = schema.resolveNew(create.function());
        Map<Integer, Action.Volatility> byArguments = new HashMap<>(
                schema.routine(name).map(Routine::byArguments).orElse(Map.of()));
        byArguments.put(create.arguments(), create.volatility());
        schema.put(new Routine(name, byArguments, null));
    }

    private void createOther(Action.CreateOther create) {
        QualifiedName name = create.name();
        if (create.kind() == ObjectKind.FOREIGN_TABLE && name != null) {
            Edit edit = Edit.making(schema.resolveNew(name), RelationKind.FOREIGN_TABLE);
            edit.known = false;
            schema.put(edit.done());
        } else if (name != null) {
            schema.made(create.kind(), schema.resolveNew(name), null);
        }
    }

    private void set(Action.Setting setting) {
        if (setting.name().equals("all")) {
            schema.resetSettings();
        } else {
            schema.set(setting.name(), setting.value(), setting.local());
        }
    }
}
