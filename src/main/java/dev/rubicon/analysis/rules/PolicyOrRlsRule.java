package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Action.ObjectKind;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.plan.Severity;
import java.util.stream.Stream;

/** Row security of a table changed. */
final class PolicyOrRlsRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("policy-or-rls",
            "Row security of a table changed", Severity.WARNING,
            "Policies and the row security switch take ACCESS EXCLUSIVE for a moment. Enabled without a "
                    + "policy, row security hides all rows from everybody but the owner; disabled, it shows all "
                    + "rows to everybody who may read the table.",
            """
            ALTER TABLE users DISABLE ROW LEVEL SECURITY;
            """, """
            CREATE TABLE notes (id bigint PRIMARY KEY, owner text);
            ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        judged.actions().forEach(action -> {
            switch (action) {
                case Action.CreatePolicy create ->
                    add(judged, create.table(), Severity.INFO, "CREATE POLICY", "", findings);
                case Action.RowSecurity set when set.enabled() -> add(judged, set.table(),
                        policies(judged, set.table()) ? Severity.INFO : Severity.WARNING, "ENABLE ROW LEVEL SECURITY",
                        "; where no policy lets rows through, only the owner sees any", findings);
                case Action.RowSecurity set -> add(judged, set.table(), Severity.WARNING, "Changing row level security",
                        "; rows that a policy hid may be seen by all who can read the table", findings);
                case Action.Drop drop when drop.kind() == ObjectKind.POLICY && drop.on() != null ->
                    add(judged, drop.on(),
                            Severity.INFO, "DROP POLICY", "", findings);
                default -> {}
            }
        });
    }

    private static void add(Judged judged, QualifiedName table, Severity severity, String what, String also,
            Findings findings) {
        if (Weighing.shared(judged, table)) {
            findings.add(PAGE, severity, judged, what + " " + Weighing.moment(table) + also, Sql.bounded(judged));
        }
    }

    /** Whether a policy comes with the switch. */
    private static boolean policies(Judged judged, QualifiedName table) {
        return Stream.concat(judged.passage().script().stream().flatMap(each -> each.actions().stream()),
                Later.actions(judged))
                .anyMatch(action -> action instanceof Action.CreatePolicy policy && policy.table().same(table));
    }
}
