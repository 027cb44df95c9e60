package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.plan.PhaseKind;
import dev.rubicon.plan.Severity;
import dev.rubicon.plan.Step;
import dev.rubicon.plan.Work;
import java.util.Optional;
import java.util.regex.Pattern;

/** Something existing copied or replaced, and nobody takes the old away. */
final class ContractNeverScheduledRule implements Rule.OfPlan {

    private static final RulePage PAGE = new RulePage("contract-never-scheduled",
            "The old is replaced and never taken away", Severity.WARNING,
            "A plan that copies what exists into something new has two truths when it is over. Without a contract phase "
                    + "both stay, for years, and drift apart. The contract may wait behind gates for as long as it takes; "
                    + "what matters is that it is planned.",
            """
            - phase: expand
              steps:
                - step: add-display-name
                  sql: ALTER TABLE users ADD COLUMN display_name text;
                  rollback: { sql: ALTER TABLE users DROP COLUMN display_name;, dataLoss: derived }
            - phase: migrate
              steps:
                - step: copy-username
                  backfill: { table: users, set: { display_name: username }, where: display_name IS NULL }
                  rollback: { nothing: derived data, dataLoss: none }
            """, """
            - phase: expand
              steps:
                - step: add-display-name
                  sql: ALTER TABLE users ADD COLUMN display_name text;
                  rollback: { sql: ALTER TABLE users DROP COLUMN display_name;, dataLoss: derived }
            - phase: migrate
              steps:
                - step: copy-username
                  backfill: { table: users, set: { display_name: username }, where: display_name IS NULL }
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
    /** A column as it is, or no more than cast. */
    private static final Pattern COPY = Pattern.compile(
            "\\(*\\s*(?:cast\\s*\\(\\s*)?(?:[a-z_][a-z0-9_]*\\.)?\"?[a-z_][a-z0-9_]*\"?"
                    + "(?:\\s*::\\s*[a-z0-9_ ()]+|\\s+as\\s+[a-z0-9_ ]+\\))?\\s*\\)*",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern CONSTANT = Pattern
            .compile("(?i)(?:true|false|null|default|current_\\w+)(?:\\s*::.*)?");

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public void judge(JudgedPlan plan, Findings findings) {
        if (plan.document().phases().stream().anyMatch(phase -> phase.kind() == PhaseKind.CONTRACT)
                || !Takings.of(plan).drops().isEmpty()) {
            return;
        }
        Made made = new Made();
        plan.judged().stream().filter(each -> !each.rollback())
                .forEach(each -> Held.actions(each.actions()).forEach(made::take));
        plan.document().steps().forEach(step -> copies(step, made)
                .ifPresent(copy -> findings.add(PAGE, step, "forward", plan.place(step),
                        "Step " + step.name() + " copies "
                                + copy + ", and no contract phase takes the old away",
                        "- phase: contract\n  after: { deployment: …, absent: …, backup: { maxAge: 24h } }")));
    }

    private static Optional<String> copies(Step step, Made made) {
        if (!(step.work() instanceof Work.Backfill backfill) || DualWritten.column(step) != null) {
            return Optional.empty();
        }
        QualifiedName table = PlanNames.of(backfill.table());
        if (backfill.into() instanceof String into && !made.relation(table)) {
            return made.relation(PlanNames.of(into)) ? Optional.of(table + " into " + into) : Optional.empty();
        }
        return backfill.set().entrySet().stream().filter(each -> made.column(table, PlanNames.of(each.getKey()).name()))
                .filter(each -> COPY.matcher(each.getValue()).matches() && !CONSTANT.matcher(each.getValue()).matches())
                .filter(each -> !made.relation(table)).findFirst()
                .map(each -> table + "." + each.getValue() + " into " + each.getKey());
    }
}
