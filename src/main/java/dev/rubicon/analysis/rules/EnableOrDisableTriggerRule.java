package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.plan.Severity;
import java.util.Set;

/** A trigger switched on or off. */
final class EnableOrDisableTriggerRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("enable-or-disable-trigger",
            "A trigger switched on or off", Severity.WARNING,
            "ENABLE and DISABLE TRIGGER take SHARE ROW EXCLUSIVE for a moment, which blocks writes. "
                    + "While a trigger is off, rows come in without what it does; ALL switches off foreign keys "
                    + "too, and what came in meanwhile is never checked again.",
            """
            ALTER TABLE users DISABLE TRIGGER ALL;
            """, """
            SET session_replication_role = 'origin';
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public Set<Class<? extends Action>> about() {
        return Set.of(Action.TriggerState.class, Action.Setting.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        judged.actions(Action.TriggerState.class).filter(state -> Weighing.shared(judged, state.table()))
                .forEach(state -> findings.add(PAGE, state.enabled() ? Severity.INFO : Severity.WARNING, judged,
                        (state.enabled() ? "ENABLE" : "DISABLE") + " TRIGGER takes SHARE ROW EXCLUSIVE on "
                                + state.table()
                                + " for a moment, which blocks its writes"
                                + (state.enabled() ? "" : "; what is written until it is enabled again goes unchecked"),
                        Sql.bounded(judged)));
        judged.actions(Action.Setting.class).filter(each -> each.name().equals("session_replication_role"))
                .filter(each -> "replica".equalsIgnoreCase(each.value()))
                .forEach(each -> findings.add(PAGE, judged,
                        "All triggers and foreign keys are off for this session: what it writes until it is set back to "
                                + "origin goes unchecked",
                        null));
    }
}
