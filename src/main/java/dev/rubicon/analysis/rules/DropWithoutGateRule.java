package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.plan.Phase;
import dev.rubicon.plan.PhaseKind;
import dev.rubicon.plan.Severity;

/** Something taken away that no application version gates. */
final class DropWithoutGateRule implements Rule.OfPlan {

    private static final RulePage PAGE = new RulePage("drop-without-gate",
            "Something taken away that no application version gates", Severity.WARNING,
            "A drop takes away what older versions of the application still use. Only a gate on "
                    + "versions makes sure that none of them runs any more.",
            """
            - phase: contract
              after: { backup: { maxAge: 24h } }
              steps:
                - step: drop-username
                  sql: ALTER TABLE users DROP COLUMN username;
                  pointOfNoReturn: true
                  rollback: { impossible: username is gone; restore it from the backup, dataLoss: total }
            """, """
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
        plan.document().phases().stream().filter(phase -> phase.kind() == PhaseKind.CONTRACT)
                .filter(phase -> phase.after().absent() == null)
                .forEach(phase -> findings.addToPlan(PAGE, plan.place(phase),
                        "Phase " + (phase.index() + 1) + " (" + phase.title() + ") takes away, and " + lack(phase),
                        safeForm(phase)));
        Takings.of(plan).drops().stream().filter(drop -> !gated(plan, drop.at().at().phase()))
                .forEach(drop -> findings.add(PAGE, drop.at(), "Step " + drop.at().at().step() + " takes " + drop.what()
                        + " away, and no application version gates it", safeForm(phase(plan, drop))));
    }

    private static Phase phase(JudgedPlan plan, Takings.Change drop) {
        return plan.document().phases().get(drop.at().at().phase());
    }

    /** Contract phases are judged as such; before others any gate on versions, here or earlier, will do. */
    private static boolean gated(JudgedPlan plan, int phase) {
        return plan.document().phases().get(phase).kind() == PhaseKind.CONTRACT
                || plan.document().phases().stream().limit(phase + 1L)
                        .anyMatch(each -> each.after().absent() != null || each.after().deployment() != null);
    }

    private static String lack(Phase phase) {
        Phase.Versions deployment = phase.after().deployment();
        return deployment == null
                ? "no application version gates it"
                : "nothing says that no older version of " + deployment.application() + " runs any more";
    }

    private static String safeForm(Phase phase) {
        Phase.Versions deployment = phase.after().deployment();
        String application = deployment == null ? "<application>" : deployment.application();
        String version = deployment != null && deployment.version().matches(">=[0-9A-Za-z.+-]+")
                ? deployment.version().substring(2)
                : "<first version without it>";
        return "after: { absent: { application: " + application + ", version: \"<" + version + "\" } }";
    }
}
