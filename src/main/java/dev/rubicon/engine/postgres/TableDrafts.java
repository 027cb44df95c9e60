package dev.rubicon.engine.postgres;

import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Identifiers;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.engine.facts.Schema;
import org.jspecify.annotations.Nullable;

/** The way back from changes of a table that are about neither columns nor constraints. */
final class TableDrafts {

    private final Schema schema;

    TableDrafts(Schema schema) {
        this.schema = schema;
    }

    Undo createTrigger(Action.CreateTrigger create) {
        String trigger = Identifiers.quote(create.trigger());
        boolean before = schema.relation(create.table()).filter(
                each -> each.details().triggers().containsKey(create.trigger())).isPresent();
        return create.orReplace() && before
                ? Undo.unknown("What " + trigger + " on " + create.table() + " was before is not known here")
                : Undo.by("Drops what the statement makes", "DROP TRIGGER " + trigger + " ON " + create.table().sql());
    }

    static Undo createPolicy(Action.CreatePolicy create) {
        return Undo.by("Drops what the statement makes",
                "DROP POLICY " + Identifiers.quote(create.policy()) + " ON " + create.table().sql());
    }

    static Undo createRule(Action.CreateRule create) {
        return Undo.by("Drops what the statement makes",
                "DROP RULE " + Identifiers.quote(create.rule()) + " ON " + create.table().sql());
    }

    static Undo attach(Action.AttachPartition attach) {
        return Undo.by("Detaches the partition; its rows stay in it",
                Wordings.alter(attach.table(), "DETACH PARTITION " + attach.partition().sql()));
    }

    static Undo detach(Action.DetachPartition detach) {
        return detach.finish()
                ? Undo.nothing("it ends a detachment that had begun before")
                : Undo.unknown(
                        "The bounds of " + detach.partition() + " are not known here: ATTACH PARTITION needs them. "
                                + "Its rows stay in it");
    }

    static Undo triggerState(Action.TriggerState state) {
        boolean keyWord = state.trigger().equals("ALL") || state.trigger().equals("USER");
        return Undo.by(state.enabled() ? "Disables it again" : "Enables it again",
                Wordings.alter(state.table(), (state.enabled() ? "DISABLE" : "ENABLE") + " TRIGGER "
                        + (keyWord ? state.trigger() : Identifiers.quote(state.trigger()))));
    }

    static Undo rowSecurity(Action.RowSecurity security) {
        return Undo.by("Sets it back. Where FORCE was written, NO FORCE undoes it, and the other way round",
                Wordings.alter(security.table(), (security.enabled() ? "DISABLE" : "ENABLE") + " ROW LEVEL SECURITY"));
    }

    static Undo setLogged(Action.SetLogged set) {
        return Undo.by("Sets it back, which writes the whole table anew",
                Wordings.alter(set.table(), set.logged() ? "SET UNLOGGED" : "SET LOGGED"));
    }

    Undo tablespace(Action.SetTablespace set) {
        return back(set.table(), "tablespace", "SET TABLESPACE ");
    }

    Undo accessMethod(Action.SetAccessMethod set) {
        return back(set.table(), "access method", "SET ACCESS METHOD ");
    }

    private Undo back(QualifiedName table, String trait, String clause) {
        @Nullable
        String before = schema.relation(table).map(each -> each.details().traits().get(trait)).orElse(null);
        return before == null
                ? Undo.unknown("The " + trait + " that " + table + " had before is not known here")
                : Undo.by("Sets it back, which writes the whole table anew",
                        Wordings.alter(table, clause + Identifiers.quote(before)));
    }

    static Undo inherit(Action.ChangeInheritance change) {
        return Undo.by("Sets it back",
                Wordings.alter(change.table(),
                        (change.inherit() ? "NO INHERIT " : "INHERIT ") + change.parent().sql()));
    }
}
