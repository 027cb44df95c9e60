package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.plan.Severity;
import java.util.Set;

/** A table made logged or unlogged. */
final class SetLoggedUnloggedRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("set-logged-unlogged",
            "A table made logged or unlogged", Severity.ERROR,
            "The table and all of its indexes are written anew under ACCESS EXCLUSIVE; to LOGGED, all "
                    + "of it goes into the write-ahead log too. An unlogged table is empty after a crash, and is "
                    + "not on replicas.",
            """
            ALTER TABLE users SET UNLOGGED;
            """, """
            CREATE UNLOGGED TABLE users_new (LIKE users INCLUDING ALL);
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public Set<Class<? extends Action>> about() {
        return Set.of(Action.SetLogged.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        judged.actions(Action.SetLogged.class).filter(set -> Weighing.shared(judged, set.table()))
                .forEach(set -> findings.add(PAGE, Weighing.bySize(judged, set.table(), PAGE.severity()), judged,
                        "SET " + (set.logged() ? "LOGGED " : "UNLOGGED ") + Weighing.rewrites(judged, set.table())
                                + (set.logged() ? "" : "; after a crash of the server the table is empty"),
                        Sql.copy(set.table(), set.logged() ? "" : "UNLOGGED ", "")));
    }
}
