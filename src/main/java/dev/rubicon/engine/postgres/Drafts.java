package dev.rubicon.engine.postgres;

import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Draft;
import dev.rubicon.engine.facts.Schema;
import dev.rubicon.engine.postgres.Undo.Way;
import dev.rubicon.plan.DataLoss;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Drafts the rollback of a statement from its actions and the schema before it. */
final class Drafts {

    private Drafts() {}

    static Draft of(List<Action> actions, Schema schema) {
        List<Undo> undos = new ArrayList<>();
        Schema before = schema;
        for (int i = 0; i < actions.size(); i++) {
            undos.add(of(actions.get(i), before));
            if (i + 1 < actions.size()) {
                before = before.copy();
                before.apply(actions.get(i));
            }
        }
        return joined(undos);
    }

    private static Undo of(Action action, Schema before) {
        return switch (action) {
            case Action.OnTable onTable -> onTable(onTable, before);
            case Action.CreateTable create -> new ObjectDrafts(before).createTable(create);
            case Action.Drop drop -> new DropDrafts(before).drop(drop);
            case Action.Rename rename -> RenameDrafts.rename(rename, before);
            case Action.SetSchema move -> RenameDrafts.move(move);
            case Action.SetOwner owner -> RenameDrafts.owner(owner, before);
            case Action.CreateView view -> new ObjectDrafts(before).createView(view);
            case Action.CreateSequence sequence -> ObjectDrafts.createSequence(sequence);
            case Action.CreateEnum type -> ObjectDrafts.dropping("TYPE", type.type().sql());
            case Action.CreateType type -> ObjectDrafts.dropping("TYPE", type.type().sql());
            case Action.CreateDomain domain -> ObjectDrafts.dropping("DOMAIN", domain.domain().sql());
            case Action.AddEnumValue value -> ObjectDrafts.addValue(value);
            case Action.AlterDomain domain -> ObjectDrafts.alterDomain(domain);
            case Action.CreateFunction function -> new ObjectDrafts(before).createFunction(function);
            case Action.CreateSchema create -> ObjectDrafts.createSchema(create);
            case Action.CreateExtension create -> ObjectDrafts.createExtension(create);
            case Action.CreateOther other -> ObjectDrafts.createOther(other);
            case Action.Truncate truncate -> new RowDrafts(before).truncate(truncate);
            case Action.Block block -> block(block, before);
            case Action.Grant grant -> Undo.unknown(
                    "What rights there were before is not known here. Give back what you take, and take back what you give");
            case Action.Comment comment -> Undo.unknown("The comment that was there before is not known here");
            case Action.AlterSequence alter -> Undo.unknown(
                    "How " + alter.sequence() + " was set before is not known here");
            case Action.Query query -> query(query);
            case Action.Reindex nothing -> Undo.nothing("the index holds what it held");
            case Action.RefreshView nothing -> Undo.nothing("the view holds what its query gives");
            case Action.TransactionControl nothing -> Undo.nothing("it only begins or ends a transaction");
            case Action.Setting nothing -> Undo.nothing("the setting ends with the session");
            case Action.LockTables nothing -> Undo.nothing("the lock ends with the transaction");
            case Action.Vacuum nothing -> Undo.nothing("it changes no row");
            case Action.Analyze nothing -> Undo.nothing("it changes no row");
            case Action.Cluster nothing -> Undo.nothing("it changes no row");
            case Action.Other other -> Undo.unknown("What undoes this kind of statement (" + other.node()
                    + ") is not known here");
        };
    }

    private static Undo onTable(Action.OnTable action, Schema before) {
        return switch (action) {
            case Action.AddColumn add -> new ColumnDrafts(before).add(add);
            case Action.DropColumn drop -> new ColumnDrafts(before).drop(drop);
            case Action.AlterType type -> TypeDrafts.alterType(type, before);
            case Action.SetDefault value -> new ColumnDrafts(before).setDefault(value);
            case Action.SetNotNull column -> new ColumnDrafts(before).setNotNull(column);
            case Action.DropNotNull column -> new ColumnDrafts(before).dropNotNull(column);
            case Action.ChangeIdentity identity -> new ColumnDrafts(before).changeIdentity(identity);
            case Action.ChangeExpression expression -> new ColumnDrafts(before).changeExpression(expression);
            case Action.ColumnSetting setting -> Undo.unknown("What " + setting.setting() + " of "
                    + Wordings.column(setting.table(), setting.column()) + " was before is not known here");
            case Action.AddConstraint add -> new ConstraintDrafts(before).add(add);
            case Action.DropConstraint drop -> new ConstraintDrafts(before).drop(drop);
            case Action.ValidateConstraint nothing -> Undo.nothing("the rows are what they were");
            case Action.AlterConstraint alter -> Undo.unknown("How " + alter.constraint() + " of " + alter.table()
                    + " was set before is not known here");
            case Action.CreateIndex create -> new ConstraintDrafts(before).createIndex(create);
            case Action.Insert insert -> new RowDrafts(before).insert(insert);
            case Action.Update update -> new RowDrafts(before).update(update);
            case Action.Delete delete -> new RowDrafts(before).delete(delete);
            case Action.Merge merge -> new RowDrafts(before).merge(merge);
            case Action.CopyInto copy -> RowDrafts.copy(copy);
            case Action.CreateTrigger trigger -> new TableDrafts(before).createTrigger(trigger);
            case Action.CreatePolicy policy -> TableDrafts.createPolicy(policy);
            case Action.CreateRule rule -> TableDrafts.createRule(rule);
            case Action.AttachPartition attach -> TableDrafts.attach(attach);
            case Action.DetachPartition detach -> TableDrafts.detach(detach);
            case Action.AttachIndex attach -> Undo.unknown("An index cannot be detached from "
                    + attach.table() + " again; that it is part of it does no harm");
            case Action.TriggerState state -> TableDrafts.triggerState(state);
            case Action.RowSecurity security -> TableDrafts.rowSecurity(security);
            case Action.SetLogged logged -> TableDrafts.setLogged(logged);
            case Action.SetTablespace space -> new TableDrafts(before).tablespace(space);
            case Action.SetAccessMethod method -> new TableDrafts(before).accessMethod(method);
            case Action.ChangeInheritance change -> TableDrafts.inherit(change);
            case Action.SetReplicaIdentity identity -> Undo.unknown("The replica identity that " + identity.table()
                    + " had before is not known here");
            case Action.StorageParameters parameters -> Undo.unknown("What " + String.join(", ", parameters.names())
                    + " of " + parameters.table() + " was before is not known here");
            case Action.OtherTableChange other -> Undo.unknown("What undoes this change of " + other.table()
                    + " is not known here");
        };
    }

    /** A DO block is undone like its statements, which it may run all, some or often. */
    private static Undo block(Action.Block block, Schema before) {
        List<Action> all = block.body().stream().flatMap(List::stream).toList();
        if (block.dynamic() || all.isEmpty()) {
            return Undo.unknown("The block runs statements that it puts together only when it runs");
        }
        Draft draft = of(all, before);
        if (draft.sql() == null) {
            return Undo.none(draft.loss(), draft.why());
        }
        return new Undo(Way.BY_SQL, List.of(draft.sql().replaceAll(";$", "")), draft.loss(), null, draft.window(),
                draft.why() + ". The block may run its statements under conditions, or more than once: compare");
    }

    private static Undo query(Action.Query query) {
        boolean sets = query.functions().stream().anyMatch(call -> call.name().name().equals("setval"));
        return sets
                ? Undo.unknown(
                        "Where the sequence stood before is not known here; that it stands further on does no harm")
                : Undo.nothing("it only reads");
    }

    // --- several actions of one statement ----------------------------------------------------------------------------

    private static Draft joined(List<Undo> all) {
        List<Undo> undos = all.stream().filter(each -> each.way() != Way.NOTHING_TO_UNDO).toList();
        if (undos.isEmpty()) {
            return new Draft(null, DataLoss.NONE, null, null, all.isEmpty() ? "Nothing to undo" : all.getFirst().why());
        }
        List<Undo> lost = undos.stream().filter(each -> each.way() == Way.NONE).toList();
        List<Undo> counted = lost.isEmpty() ? undos : lost;
        DataLoss loss = counted.stream().map(Undo::loss).max(Comparator.naturalOrder()).orElse(DataLoss.NONE);
        String why = counted.reversed().stream().map(Undo::why).distinct().collect(Collectors.joining(". "));
        String sql = undos.reversed().stream().flatMap(each -> each.sql().stream())
                .map(each -> each + ";").collect(Collectors.joining("\n"));
        String window = counted.stream().map(Undo::window).filter(Objects::nonNull).distinct()
                .collect(Collectors.joining(", and "));
        return new Draft(lost.isEmpty() ? sql : null, loss, lossQuery(counted), window.isEmpty() ? null : window, why);
    }

    /** One number: rows of one table that meet any condition, summed over the tables. */
    private static @Nullable String lossQuery(List<Undo> undos) {
        Map<String, Undo.Risk> byTable = new LinkedHashMap<>();
        for (Undo undo : undos) {
            Undo.Risk risk = undo.risk();
            if (risk != null) {
                byTable.merge(risk.table().sql(), risk, Drafts::either);
            }
        }
        List<String> queries = byTable.values().stream().map(Undo.Risk::query).toList();
        return queries.isEmpty()
                ? null
                : queries.size() == 1
                        ? queries.getFirst()
                        : queries.stream().collect(Collectors.joining(") + (", "SELECT (", ")"));
    }

    private static Undo.Risk either(Undo.Risk one, Undo.Risk other) {
        return one.condition() == null || other.condition() == null
                ? new Undo.Risk(one.table(), null)
                : new Undo.Risk(one.table(), one.condition() + " OR " + other.condition());
    }
}
