package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.plan.Phase;
import dev.rubicon.plan.PhaseKind;
import dev.rubicon.plan.Severity;

/** A contract phase that no application version gates. */
final class DropWithoutGateRule implements Rule.OfPlan {

    private static final RulePage PAGE = new RulePage("drop-without-gate",
            "A contract phase that no application version gates", Severity.WARNING,
            "A contract phase takes away what older versions of the application still use. Only a gate on "
                    + "versions makes sure that none of them runs any more.",
            """
            - phase: contract
              steps: [ … ]
            """, """
            - phase: contract
              after:
                deployment: { application: web, version: ">=2.5.0" }
                absent: { application: web, version: "<2.5.0" }
              steps: [ … ]
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
