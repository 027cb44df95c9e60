package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.plan.Severity;
import dev.rubicon.plan.Verdict;

/** No backup demanded from the point of no return on. */
final class BackupMissingRule implements Rule.OfPlan {

    private static final RulePage PAGE = new RulePage("backup-missing",
            "No backup demanded from the point of no return on", Severity.BLOCKING,
            "Behind the river the backup is the only way back, so one must be proved to exist before each "
                    + "phase there starts.",
            """
            - phase: contract
              steps:
                - step: drop-username
                  sql: ALTER TABLE users DROP COLUMN username;
                  pointOfNoReturn: true
                  rollback: { impossible: username is gone; restore it from the backup, dataLoss: total }
            """, """
            - phase: contract
              after:
                backup: { maxAge: 24h }
              steps:
                - step: drop-username
                  sql: ALTER TABLE users DROP COLUMN username;
                  pointOfNoReturn: true
                  rollback: { impossible: username is gone; restore it from the backup, dataLoss: total }
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public void judge(JudgedPlan plan, Findings findings) {
        Verdict.PointOfNoReturn river = plan.river();
        if (river == null) {
            return;
        }
        plan.document().phases().stream()
                .filter(phase -> phase.index() >= river.phase() && phase.after().backup() == null)
                .forEach(phase -> findings.addToPlan(PAGE, plan.place(phase),
                        "Phase " + (phase.index() + 1) + " (" + phase.title() + ") "
                                + (phase.index() == river.phase() ? "crosses" : "lies behind")
                                + " the point of no return and demands no backup",
                        "after: { backup: { maxAge: 24h } }"));
    }
}
