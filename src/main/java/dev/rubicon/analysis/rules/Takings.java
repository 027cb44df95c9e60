package dev.rubicon.analysis.rules;

import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Action.ObjectKind;
import dev.rubicon.engine.facts.Identifiers;
import dev.rubicon.engine.facts.QualifiedName;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What a plan's forward statements add for applications to use, and what they take away that was there before. */
final class Takings {

    private static final Set<ObjectKind> USED_BY_CODE = EnumSet.of(ObjectKind.TABLE, ObjectKind.VIEW,
            ObjectKind.MATERIALIZED_VIEW, ObjectKind.SEQUENCE, ObjectKind.TYPE, ObjectKind.DOMAIN, ObjectKind.SCHEMA,
            ObjectKind.FOREIGN_TABLE);

    /** @param what in words, like {@code users.username} */
    record Change(Judged at, String what) {}

    private final List<Change> adds = new ArrayList<>();
    private final List<Change> drops = new ArrayList<>();

    private Takings() {}

    static Takings of(JudgedPlan plan) {
        Takings takings = new Takings();
        Made made = new Made();
        plan.judged().stream().filter(each -> !each.rollback() && !each.nested())
                .forEach(each -> Held.actions(each.actions()).forEach(action -> {
                    takings.take(plan, each, action, made);
                    made.take(action);
                }));
        return takings;
    }

    List<Change> adds() {
        return adds;
    }

    List<Change> drops() {
        return drops;
    }

    private void take(JudgedPlan plan, Judged judged, Action action, Made made) {
        switch (action) {
            case Action.AddColumn add when !made.relation(add.table()) -> adds.add(new Change(judged,
                    add.table() + "." + Identifiers.quote(add.column().name())));
            case Action.CreateTable create when create.persistence() != Action.Persistence.TEMPORARY ->
                adds.add(new Change(judged, create.table().toString()));
            case Action.DropColumn drop when !made.column(drop.table(), drop.column()) -> drops.add(new Change(judged,
                    drop.table() + "." + Identifiers.quote(drop.column())));
            case Action.Drop drop when USED_BY_CODE.contains(drop.kind()) -> drop.names().stream()
                    .filter(name -> !made.relation(name) && !comesBack(plan, judged, name))
                    .forEach(name -> drops.add(new Change(judged, name.toString())));
            default -> {}
        }
    }

    /** A view dropped to be made anew in the same step is not taken away. */
    private static boolean comesBack(JudgedPlan plan, Judged drop, QualifiedName name) {
        return plan.judged().stream().filter(each -> each.at().equals(drop.at()))
                .flatMap(each -> each.actions().stream())
                .anyMatch(action -> switch (action) {
                    case Action.CreateView create -> create.view().same(name);
                    case Action.CreateTable create -> create.table().same(name);
                    case Action.CreateEnum create -> create.type().same(name);
                    default -> false;
                });
    }
}
