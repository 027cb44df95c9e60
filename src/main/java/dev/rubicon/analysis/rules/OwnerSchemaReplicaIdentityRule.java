package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Action.ObjectKind;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.plan.Severity;
import java.util.Set;

/** Owner, schema or replica identity changed. */
final class OwnerSchemaReplicaIdentityRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("owner-schema-replica-identity",
            "Owner, schema or replica identity changed", Severity.WARNING,
            "All three take ACCESS EXCLUSIVE for a moment. In another schema the table has another name "
                    + "for everybody who qualifies it, or whose search_path lacks the schema. Another owner may "
                    + "bring other rights; another replica identity changes what subscribers receive.",
            """
            ALTER TABLE users SET SCHEMA accounts;
            """, """
            CREATE VIEW accounts.users AS SELECT * FROM public.users;
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        judged.actions().forEach(action -> {
            switch (action) {
                case Action.SetSchema set when RELATIONS.contains(set.kind()) && Weighing.inUse(judged, set.object()) ->
                    findings.add(PAGE, Severity.WARNING, judged,
                            "SET SCHEMA " + Weighing.moment(set.object()) + "; code that says "
                                    + set.object().resolved()
                                    + " fails after it",
                            safeForm(judged, set));
                case Action.SetOwner set when RELATIONS.contains(set.kind()) ->
                    add(judged, set.object(), "OWNER TO " + Sql.quote(set.owner()), findings);
                case Action.SetReplicaIdentity set -> add(judged, set.table(), "REPLICA IDENTITY", findings);
                default -> {}
            }
        });
    }

    private static final Set<ObjectKind> RELATIONS = Set.of(ObjectKind.TABLE, ObjectKind.VIEW,
            ObjectKind.MATERIALIZED_VIEW, ObjectKind.SEQUENCE, ObjectKind.FOREIGN_TABLE);

    private static void add(Judged judged, QualifiedName table, String what, Findings findings) {
        if (Weighing.shared(judged, table)) {
            findings.add(PAGE, Severity.INFO, judged, what + " " + Weighing.moment(table), Sql.bounded(judged));
        }
    }

    private static String safeForm(Judged judged, Action.SetSchema set) {
        QualifiedName moved = new QualifiedName(set.schema(), set.object().name());
        String view = Sql.lines(
                "ALTER " + set.kind().word() + " " + set.object().sql() + " SET SCHEMA " + Sql.quote(set.schema())
                        + ";",
                "CREATE VIEW " + set.object().sql() + " AS SELECT * FROM " + moved.sql() + ";");
        return judged.passage().inTransaction() ? view : Sql.lines("BEGIN;", view, "COMMIT;");
    }
}
