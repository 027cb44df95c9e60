package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Action.ObjectKind;
import dev.rubicon.plan.PhaseKind;
import dev.rubicon.plan.Severity;
import java.util.Set;

/** A table or view renamed under running code. */
final class RenameTableRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("rename-table",
            "A table or view renamed under running code", Severity.ERROR,
            "The rename takes ACCESS EXCLUSIVE for milliseconds, but there is no moment at which both "
                    + "the old and the new version of the application work. A view with the old name, made in the "
                    + "same transaction, lets the old version go on.",
            """
            ALTER TABLE users RENAME TO accounts;
            """, """
            CREATE VIEW accounts AS SELECT * FROM users;
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public Set<Class<? extends Action>> about() {
        return Set.of(Action.Rename.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        judged.actions(Action.Rename.class)
                .filter(rename -> rename.member() == null && RELATIONS.contains(rename.kind()))
                .filter(rename -> Weighing.inUse(judged, rename.object()))
                .forEach(rename -> findings.add(PAGE, severity(judged, rename), judged, message(judged, rename),
                        retaken(judged, rename) ? null : safeForm(judged, rename)));
    }

    private static final Set<ObjectKind> RELATIONS = Set.of(ObjectKind.TABLE, ObjectKind.VIEW,
            ObjectKind.MATERIALIZED_VIEW, ObjectKind.FOREIGN_TABLE);

    private static Severity severity(Judged judged, Action.Rename rename) {
        if (Later.actions(judged).anyMatch(action -> action instanceof Action.CreateView view
                && view.view().same(rename.object()))) {
            return Severity.INFO;
        }
        if (dropped(judged, rename)) {
            return Severity.INFO;
        }
        return retaken(judged, rename) ? Severity.WARNING : Weighing.renaming(judged);
    }

    /** A table that the plan goes on to drop: whoever still uses it is found while it can come back. */
    private static boolean dropped(Judged judged, Action.Rename rename) {
        WholePlan plan = judged.passage().plan();
        return plan != null && judged.at().purpose() == PhaseKind.CONTRACT
                && (judged.rollback() ? plan.dropsLater(judged.at(), rename.object())
                        : plan.dropsLater(judged.at(), rename.object().sibling(rename.to())));
    }

    /** Whether something else gets the old name in the same text. */
    private static boolean retaken(Judged judged, Action.Rename rename) {
        return Later.actions(judged).anyMatch(action -> switch (action) {
            case Action.CreateView view -> view.view().same(rename.object());
            case Action.CreateTable table -> table.table().same(rename.object());
            case Action.Rename other -> other.member() == null
                    && other.object().sibling(other.to()).same(rename.object());
            default -> false;
        });
    }

    private static String message(Judged judged, Action.Rename rename) {
        return "RENAME takes ACCESS EXCLUSIVE on " + rename.object() + " for a moment; "
                + (retaken(judged, rename)
                        ? "what takes the name " + rename.object() + " below must do for code that says it"
                        : "code that says " + rename.object() + " fails after it, code that says "
                                + Sql.quote(rename.to()) + " fails before it");
    }

    private static String safeForm(Judged judged, Action.Rename rename) {
        String view = Sql.lines(
                "ALTER " + rename.kind().word() + " " + rename.object().sql() + " RENAME TO " + Sql.quote(rename.to())
                        + ";",
                "CREATE VIEW " + rename.object().sql() + " AS SELECT * FROM "
                        + rename.object().sibling(rename.to()).sql() + ";");
        return judged.passage().inTransaction() ? view : Sql.lines("BEGIN;", view, "COMMIT;");
    }
}
