package dev.rubicon.engine.postgres;

import static dev.rubicon.engine.facts.LockMode.ACCESS_EXCLUSIVE;

import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Facts;
import dev.rubicon.engine.facts.Schema;
import java.util.List;
import java.util.Set;

/**
 * What a statement does on PostgreSQL 14 to 18, from its actions and what the schema knows: the one place where an action is
 * given its consequences. A relation that statements of the same script made is locked like any other; whether anybody
 * could mind is for the rules to say. Every claim is held against live servers of each version by the lock proofs.
 */
final class Derivation {

    /** Subcommands that are read as others only where they are about the attributes of a composite type. */
    private static final Set<String> OF_TYPES = Set.of("AT_AddColumn", "AT_DropColumn", "AT_AlterColumnType");

    private final Effects effects;

    private Derivation(Effects effects) {
        this.effects = effects;
    }

    /** @param version major version of the server */
    static Facts of(List<Action> actions, Schema schema, int version) {
        Effects effects = new Effects(schema, version, actions);
        new Derivation(effects).all(actions);
        CodeSafety safety = new CodeSafety(schema);
        actions.forEach(safety::take);
        return effects.facts(safety.oldCode(), safety.newCode());
    }

    private void all(List<Action> actions) {
        actions.forEach(this::take);
    }

    private void take(Action action) {
        switch (action) {
            case Action.OnTable onTable -> onTable(onTable);
            case Action.CreateTable create -> new TableEffects(effects).create(create);
            case Action.Drop drop -> new ObjectEffects(effects).drop(drop);
            case Action.Rename rename -> new ObjectEffects(effects).rename(rename);
            case Action.SetSchema move -> new ObjectEffects(effects).move(move);
            case Action.SetOwner owner -> new ObjectEffects(effects).owner(owner);
            case Action.Reindex reindex -> new IndexEffects(effects).reindex(reindex);
            case Action.CreateView create -> new ObjectEffects(effects).createView(create);
            case Action.RefreshView refresh -> new ObjectEffects(effects).refresh(refresh);
            case Action.AlterSequence alter -> new ObjectEffects(effects).alterSequence(alter);
            case Action.AlterDomain alter -> new ObjectEffects(effects).alterDomain(alter);
            case Action.CreateOther create -> new ObjectEffects(effects).createOther(create);
            case Action.Comment comment -> new ObjectEffects(effects).comment(comment);
            case Action.Grant grant -> new ObjectEffects(effects).grant(grant);
            case Action.Truncate truncate -> new TableEffects(effects).truncate(truncate);
            case Action.LockTables lock -> new TableEffects(effects).lockTables(lock);
            case Action.Vacuum vacuum -> new TableEffects(effects).vacuum(vacuum);
            case Action.Analyze analyze -> new TableEffects(effects).analyze(analyze);
            case Action.Cluster cluster -> new TableEffects(effects).cluster(cluster);
            case Action.Query query -> new RowEffects(effects).query(query);
            case Action.Block block -> body(block);
            case Action.CreateSequence none -> {}
            case Action.CreateEnum none -> {}
            case Action.AddEnumValue none -> {}
            case Action.CreateDomain none -> {}
            case Action.CreateType none -> {}
            case Action.CreateFunction none -> {}
            case Action.CreateSchema none -> {}
            case Action.CreateExtension none -> {}
            case Action.TransactionControl none -> {}
            case Action.Setting none -> {}
            case Action.Other none -> {}
        }
    }

    /** Each statement of the body is seen over what those before it left; what they made is nobody else's yet. */
    private void body(Action.Block block) {
        Schema inside = effects.schema().copy();
        for (List<Action> statement : block.body()) {
            effects.absorb(of(statement, inside, effects.version()));
            statement.forEach(inside::apply);
        }
    }

    private void onTable(Action.OnTable action) {
        switch (action) {
            case Action.AddColumn add -> new ColumnEffects(effects).add(add);
            case Action.DropColumn drop -> new ColumnEffects(effects).drop(drop);
            case Action.AlterType alter -> new ColumnEffects(effects).alterType(alter);
            case Action.SetDefault set -> new ColumnEffects(effects).metadata(set.table(), set.column());
            case Action.SetNotNull set -> new ColumnEffects(effects).setNotNull(set);
            case Action.DropNotNull drop -> new ColumnEffects(effects).metadata(drop.table(), drop.column());
            case Action.ChangeIdentity change -> new ColumnEffects(effects).identity(change);
            case Action.ChangeExpression change -> new ColumnEffects(effects).expression(change);
            case Action.ColumnSetting setting -> new ColumnEffects(effects).setting(setting);
            case Action.AddConstraint add -> new ConstraintEffects(effects).add(add);
            case Action.ValidateConstraint validate -> new ConstraintEffects(effects).validate(validate);
            case Action.AlterConstraint alter -> new ConstraintEffects(effects).alter(alter);
            case Action.DropConstraint drop -> new ConstraintEffects(effects).drop(drop);
            case Action.AttachPartition attach -> new PartitionEffects(effects).attach(attach);
            case Action.DetachPartition detach -> new PartitionEffects(effects).detach(detach);
            case Action.AttachIndex attach -> new PartitionEffects(effects).attachIndex(attach);
            case Action.TriggerState state -> new TableEffects(effects).triggerState(state);
            case Action.CreateTrigger create -> new TableEffects(effects).createTrigger(create);
            case Action.SetLogged set -> new TableEffects(effects).setLogged(set);
            case Action.SetTablespace set -> new TableEffects(effects).setTablespace(set);
            case Action.SetAccessMethod set -> new TableEffects(effects).setAccessMethod(set);
            case Action.StorageParameters change -> new TableEffects(effects).parameters(change);
            case Action.ChangeInheritance change -> new TableEffects(effects).inheritance(change);
            case Action.CreateIndex create -> new IndexEffects(effects).create(create);
            case Action.Insert insert -> new RowEffects(effects).insert(insert);
            case Action.Update update -> new RowEffects(effects).update(update);
            case Action.Delete delete -> new RowEffects(effects).delete(delete);
            case Action.Merge merge -> new RowEffects(effects).merge(merge);
            case Action.CopyInto copy -> new RowEffects(effects).copyInto(copy);
            case Action.RowSecurity change -> catalogOnly(change, "its row security changes");
            case Action.SetReplicaIdentity change -> catalogOnly(change, "its replica identity changes");
            case Action.CreatePolicy change -> catalogOnly(change, "it gets a policy");
            case Action.CreateRule change -> catalogOnly(change, "it gets a rule");
            case Action.OtherTableChange change -> {
                if (!OF_TYPES.contains(change.command())) {
                    catalogOnly(change, "ALTER TABLE changes it");
                }
            }
        }
    }

    /** Only the catalog changes, but nobody may look at the table meanwhile. */
    private void catalogOnly(Action.OnTable action, String because) {
        effects.lock(action.table(), ACCESS_EXCLUSIVE, because);
    }
}
