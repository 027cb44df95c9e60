package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.plan.Phase;
import dev.rubicon.plan.Severity;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** New things made and old ones taken away at once. */
final class ExpandAndContractRule implements Rule.OfPlan {

    private static final RulePage PAGE = new RulePage("expand-and-contract-together",
            "New things made and old ones taken away at once", Severity.ERROR,
            "Between making the new and taking the old away lies a deployment. Done together, either the application "
                    + "that runs misses the old, or the next one misses the new; there is no order that keeps both alive.",
            """
            - phase: expand
              steps:
                - step: replace-username
                  sql: ALTER TABLE users ADD COLUMN display_name text, DROP COLUMN username;
                  pointOfNoReturn: true
                  rollback: { impossible: username is gone; restore it from the backup, dataLoss: total }
            """, """
            - phase: expand
              steps:
                - step: add-display-name
                  sql: ALTER TABLE users ADD COLUMN display_name text;
                  rollback: { sql: ALTER TABLE users DROP COLUMN display_name;, dataLoss: new-writes }
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
        Takings takings = Takings.of(plan);
        for (Phase phase : plan.document().phases()) {
            List<Takings.Change> adds = in(phase, takings.adds());
            in(phase, takings.drops()).forEach(drop -> {
                Optional<Takings.Change> same = adds.stream()
                        .filter(add -> Objects.equals(add.at().at().step(), drop.at().at().step())).findFirst();
                same.or(() -> adds.stream().findFirst())
                        .ifPresent(add -> findings.add(PAGE, same.isPresent() ? Severity.ERROR : Severity.WARNING,
                                drop.at(), (same.isPresent() ? "One step" : "One phase") + " adds " + add.what()
                                        + " and drops " + drop.what() + ": no application version can live with both",
                                "Drop " + drop.what() + " in a contract phase of its own, behind a gate on versions"));
            });
        }
    }

    private static List<Takings.Change> in(Phase phase, List<Takings.Change> changes) {
        return changes.stream().filter(each -> each.at().at().phase() == phase.index()).toList();
    }
}
