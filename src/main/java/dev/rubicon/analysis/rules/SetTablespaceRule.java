package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.plan.Severity;
import java.util.Set;

/** A table moved to another tablespace. */
final class SetTablespaceRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("set-tablespace",
            "A table moved to another tablespace", Severity.ERROR,
            "The table's files are copied, with the whole of it in the write-ahead log, under ACCESS "
                    + "EXCLUSIVE. If it is in that tablespace already, nothing happens.",
            """
            ALTER TABLE users SET TABLESPACE fast;
            """, """
            CREATE TABLE users_new (LIKE users INCLUDING ALL) TABLESPACE fast;
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public Set<Class<? extends Action>> about() {
        return Set.of(Action.SetTablespace.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        judged.actions(Action.SetTablespace.class).filter(set -> Weighing.shared(judged, set.table()))
                .forEach(set -> findings.add(PAGE, Weighing.bySize(judged, set.table(), PAGE.severity()), judged,
                        "SET TABLESPACE " + Sql.quote(set.tablespace()) + " copies " + set.table()
                                + Weighing.size(judged, set.table())
                                + " under ACCESS EXCLUSIVE, which blocks its reads and writes until the last page is copied",
                        Sql.copy(set.table(), "", " TABLESPACE " + Sql.quote(set.tablespace()))));
    }
}
