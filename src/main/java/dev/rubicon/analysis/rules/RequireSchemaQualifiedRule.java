package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.analysis.RulePage.Group;
import dev.rubicon.engine.Script;
import dev.rubicon.engine.facts.Schema;
import dev.rubicon.plan.Severity;

/** A name without its schema. */
final class RequireSchemaQualifiedRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("require-schema-qualified",
            "A name without its schema", Severity.WARNING, Group.STYLE,
            "Where a name without a schema leads is decided by the search_path of whoever runs the "
                    + "script. Run by another role or tool, the same text changes or makes another object.",
            """
            ALTER TABLE users ADD COLUMN nick text;
            """, """
            ALTER TABLE public.users ADD COLUMN nick text;
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        if (judged.statement().kind() == Script.StatementKind.DDL) {
            judged.actions().stream().flatMap(GivenNames::relations).filter(name -> name.schema() == null)
                    .filter(name -> judged.schema().relation(name).filter(Schema.Relation::temporary).isEmpty())
                    .distinct().forEach(name -> findings.add(PAGE, judged,
                            name + " is named without its schema; the search path decides which one is meant",
                            null));
        }
    }
}
