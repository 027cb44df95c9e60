package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.engine.facts.Schema;
import dev.rubicon.plan.PhaseKind;
import dev.rubicon.plan.Severity;
import java.util.List;
import java.util.Set;

/** A table emptied. */
final class TruncateRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("truncate",
            "A table emptied", Severity.ERROR,
            "TRUNCATE takes ACCESS EXCLUSIVE and all rows; transactions that began before it see an "
                    + "empty table. With CASCADE it empties every table that refers to it too, and theirs. A "
                    + "batched DELETE keeps the table readable and can be stopped.",
            """
            TRUNCATE sessions;
            """, """
            DELETE FROM sessions WHERE expires < now() - interval '30 days';
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public Set<Class<? extends Action>> about() {
        return Set.of(Action.Truncate.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        judged.actions(Action.Truncate.class).forEach(truncate -> truncate.tables().stream()
                .filter(table -> Weighing.shared(judged, table) || Weighing.made(judged, table))
                .forEach(table -> findings.add(PAGE, severity(judged, truncate, table), judged,
                        message(judged, truncate, table), Weighing.made(judged, table) ? null : safeForm(table))));
    }

    private static Severity severity(Judged judged, Action.Truncate truncate, QualifiedName table) {
        if (Weighing.made(judged, table) && !truncate.cascade()) {
            return Severity.INFO;
        }
        return judged.at().purpose() == PhaseKind.CONTRACT ? Severity.WARNING : Severity.ERROR;
    }

    private static String message(Judged judged, Action.Truncate truncate, QualifiedName table) {
        if (Weighing.made(judged, table) && !truncate.cascade()) {
            return "TRUNCATE empties " + table + ", which this text made";
        }
        return "TRUNCATE takes ACCESS EXCLUSIVE on " + table + Weighing.size(judged, table) + " and all of its rows"
                + (truncate.cascade()
                        ? ", and with CASCADE the rows of " + children(judged, table)
                        : "");
    }

    private static String children(Judged judged, QualifiedName table) {
        List<String> children = judged.schema().foreignKeysTo(table).stream().map(Schema.ForeignKey::table)
                .filter(child -> !child.same(table)).map(QualifiedName::sql).distinct().toList();
        return children.isEmpty() ? "every table that refers to it" : String.join(", ", children);
    }

    private static String safeForm(QualifiedName table) {
        return "-- again and again until no row is left, or as a backfill with delete: true\nDELETE FROM " + table.sql()
                + " WHERE ctid = ANY (ARRAY(SELECT ctid FROM " + table.sql() + " LIMIT 5000));";
    }
}
