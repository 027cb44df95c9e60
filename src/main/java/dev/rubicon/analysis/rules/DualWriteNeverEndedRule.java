package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.plan.DualWriteTrigger;
import dev.rubicon.plan.Phase;
import dev.rubicon.plan.PhaseKind;
import dev.rubicon.plan.Severity;
import dev.rubicon.plan.Work;

/** A trigger of a dual write that no contract phase removes. */
final class DualWriteNeverEndedRule implements Rule.OfPlan {

    private static final RulePage PAGE = new RulePage("dual-write-never-ended",
            "A dual write that nothing ends", Severity.WARNING,
            "The trigger that keeps two columns in step is removed at the start of the first contract phase behind the "
                    + "backfill. Without one it stays, costs every write of the columns a little, and keeps the old column "
                    + "from being dropped. A later revision of the plan may bring the contract phase: what is in effect "
                    + "stays so.",
            """
            - phase: migrate
              steps:
                - step: copy-username
                  backfill: { table: users, dualWrite: { from: username, to: display_name } }
                  rollback: { nothing: derived data, dataLoss: none }
            """, """
            - phase: migrate
              steps:
                - step: copy-username
                  backfill: { table: users, dualWrite: { from: username, to: display_name } }
                  rollback: { nothing: derived data, dataLoss: none }
            - phase: contract
              after:
                deployment: { application: web, version: ">=2.5.0" }
                absent: { application: web, version: "<2.5.0" }
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
        for (Phase phase : plan.document().phases()) {
            boolean ends = plan.document().phases().stream()
                    .anyMatch(each -> each.index() > phase.index() && each.kind() == PhaseKind.CONTRACT);
            phase.steps().stream().filter(step -> !ends && step.work() instanceof Work.Backfill)
                    .forEach(step -> DualWriteTrigger.of((Work.Backfill) step.work())
                            .ifPresent(trigger -> findings.add(PAGE, step, "forward",
                                    plan.text().place(step.pointer() + "/backfill/dualWrite"),
                                    "No contract phase behind step " + step.name() + " removes the trigger that keeps "
                                            + trigger.words() + " in step",
                                    "- phase: contract\n  after: { deployment: …, absent: …, backup: { maxAge: 24h } }")));
        }
    }
}
