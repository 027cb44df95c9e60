package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Action.ObjectKind;
import dev.rubicon.plan.Severity;
import java.util.Set;

/** A schema renamed under running code. */
final class RenameSchemaRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("rename-schema",
            "A schema renamed under running code", Severity.ERROR,
            "Every query that qualifies a name with the schema, every search_path that lists it and "
                    + "every function that says it fails from then on.",
            """
            ALTER SCHEMA billing RENAME TO invoices;
            """, """
            CREATE SCHEMA invoices;
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public Set<Class<? extends Action>> about() {
        return Set.of(Action.Rename.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        judged.actions(Action.Rename.class).filter(rename -> rename.kind() == ObjectKind.SCHEMA)
                .forEach(rename -> findings.add(PAGE, Weighing.renaming(judged), judged,
                        "Code and search paths that say " + Sql.quote(rename.object().name())
                                + " fail after the rename to "
                                + Sql.quote(rename.to()),
                        "-- beside the old schema, a view for each table, until no running version says the old name:\n"
                                + "CREATE SCHEMA " + Sql.quote(rename.to()) + ";"));
    }
}
