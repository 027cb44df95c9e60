package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Compatibility;
import dev.rubicon.engine.facts.Schema;
import dev.rubicon.plan.Phase;
import dev.rubicon.plan.Severity;
import org.jspecify.annotations.Nullable;

/** A column that the gated version of the application cannot leave out yet. */
final class NewVersionIncompatibleRule implements Rule.OfPlan {

    private static final RulePage PAGE = new RulePage("new-version-incompatible",
            "The gated version runs before the schema lets it", Severity.ERROR,
            "A phase with a gate on a version starts when that version runs already. Until then the version has to live "
                    + "with the schema as it was: a column that it no longer writes must be nullable or have a default "
                    + "before, and a column that it uses must be there before.",
            """
            - phase: expand
              steps:
                - step: demand
                  before: [{ name: all have one, sql: SELECT count(*) FROM users WHERE username IS NULL, expect: 0 }]
                  sql: ALTER TABLE users ALTER COLUMN username SET NOT NULL;
                  rollback: { sql: ALTER TABLE users ALTER COLUMN username DROP NOT NULL;, dataLoss: none }
            - phase: contract
              after:
                deployment: { application: web, version: ">=2.5.0", because: it does not write username }
                absent: { application: web, version: "<2.5.0" }
                backup: { maxAge: 24h }
              steps:
                - step: drop-username
                  sql: ALTER TABLE users DROP COLUMN username;
                  pointOfNoReturn: true
                  rollback: { impossible: username is gone; restore it from the backup, dataLoss: total }
            """, """
            - phase: expand
              steps:
                - step: allow-null
                  sql: ALTER TABLE users ALTER COLUMN username DROP NOT NULL;
                  rollback: { sql: ALTER TABLE users ALTER COLUMN username SET NOT NULL;, dataLoss: none }
            - phase: contract
              after:
                deployment: { application: web, version: ">=2.5.0", because: it does not write username }
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
        plan.judged().stream().filter(each -> !each.rollback() && !each.nested()).forEach(each -> {
            Phase.@Nullable Versions gate = plan.document().phases().get(each.at().phase()).after().deployment();
            if (gate != null) {
                each.actions(Action.DropColumn.class).filter(drop -> demanded(plan, each, drop))
                        .forEach(drop -> findings.add(PAGE, each, gate.application() + " " + gate.version()
                                + " runs before this and cannot insert into " + drop.table() + " without "
                                + drop.column() + ", which is NOT NULL and has no default",
                                "ALTER TABLE " + drop.table().sql() + " ALTER COLUMN "
                                        + dev.rubicon.engine.facts.Identifiers.quote(drop.column())
                                        + " DROP NOT NULL;"));
                if (!plan.generated(each)) {
                    adds(each, gate, findings);
                }
            }
        });
    }

    private static void adds(Judged judged, Phase.Versions gate, Findings findings) {
        if (judged.facts().newCode() instanceof Compatibility.Broken broken
                && judged.actions(Action.DropColumn.class).findAny().isEmpty()) {
            findings.add(PAGE, Severity.INFO, judged, "If " + gate.application() + " " + gate.version()
                    + " is the version that expects this, it runs too early: it cannot live without, because "
                    + broken.because(), null);
        }
    }

    private static boolean demanded(JudgedPlan plan, Judged judged, Action.DropColumn drop) {
        Simulation simulation = plan.simulations().get(judged.at().step());
        Schema.@Nullable Relation table = simulation == null
                ? null
                : simulation.before().relation(drop.table()).orElse(null);
        Schema.@Nullable ColumnState column = table == null ? null : table.columns().get(drop.column());
        return column != null && Boolean.TRUE.equals(column.notNull()) && column.defaultValue() == null
                && !column.numbered();
    }
}
