package dev.rubicon.analysis.rules;

import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.QualifiedName;
import java.util.HashSet;
import java.util.Set;

/** What the statements of a plan made, whether or not an application has come to use it in between. */
public final class Made {

    private record Member(QualifiedName table, String column) {}

    private final Set<QualifiedName> relations = new HashSet<>();
    private final Set<Member> columns = new HashSet<>();

    /** Whether the relation or type is the plan's own. */
    public boolean relation(QualifiedName name) {
        return relations.contains(name.resolved());
    }

    /** Whether the column, or the table that it is in, is the plan's own. */
    public boolean column(QualifiedName table, String column) {
        return relation(table) || columns.contains(new Member(table.resolved(), column));
    }

    /** Remembers what an action makes; to be told of all of them, in their running order. */
    public void take(Action action) {
        switch (action) {
            case Action.CreateTable create -> relations.add(create.table().resolved());
            case Action.CreateView create -> relations.add(create.view().resolved());
            case Action.CreateSequence create -> relations.add(create.sequence().resolved());
            case Action.CreateEnum create -> relations.add(create.type().resolved());
            case Action.CreateDomain create -> relations.add(create.domain().resolved());
            case Action.CreateType create -> relations.add(create.type().resolved());
            case Action.AddColumn add -> columns.add(new Member(add.table().resolved(), add.column().name()));
            case Action.SetSchema set -> renamed(set.object(), new QualifiedName(set.schema(), set.object().name()));
            case Action.Rename rename -> rename(rename);
            default -> {}
        }
    }

    private void rename(Action.Rename rename) {
        String member = rename.member();
        if (member == null) {
            renamed(rename.object(), rename.object().sibling(rename.to()));
        } else if (rename.kind() == Action.ObjectKind.COLUMN && column(rename.object(), member)) {
            columns.add(new Member(rename.object().resolved(), rename.to()));
        }
    }

    private void renamed(QualifiedName from, QualifiedName to) {
        if (relation(from)) {
            relations.add(to.resolved());
        }
    }
}
