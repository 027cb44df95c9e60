package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Expression;
import dev.rubicon.engine.facts.TypeName;
import dev.rubicon.plan.Severity;
import java.util.Set;

/** A change of type that rewrites the table. */
final class ChangeTypeRewriteRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("change-type-rewrite",
            "A change of type that rewrites the table", Severity.ERROR,
            "Unless the old values are valid as they stand, PostgreSQL writes the whole table and all "
                    + "of its indexes anew under ACCESS EXCLUSIVE. varchar to text or to a longer varchar, "
                    + "numeric to more digits of the same scale and times to a finer precision change the catalog "
                    + "only. Where the old type is not known, the finding is a warning if the new type is one "
                    + "that others are often widened to.",
            """
            ALTER TABLE users ALTER COLUMN id TYPE bigint;
            """, """
            ALTER TABLE users ADD COLUMN code varchar(10);
            ALTER TABLE users ALTER COLUMN code TYPE varchar(20);
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public Set<Class<? extends Action>> about() {
        return Set.of(Action.AlterType.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        judged.actions(Action.AlterType.class).filter(change -> Weighing.shared(judged, change.table()))
                .forEach(change -> {
                    switch (TypeChange.of(judged, change)) {
                        case REWRITE -> findings.add(PAGE,
                                Weighing.bySize(judged, change.table(), Severity.ERROR), judged,
                                subject(judged, change) + " " + Weighing.rewrites(judged, change.table()),
                                safeForm(judged, change));
                        case UNKNOWN -> findings.add(PAGE, Severity.WARNING, judged,
                                subject(judged, change) + " takes ACCESS EXCLUSIVE on " + change.table()
                                        + ", and rewrites it meanwhile unless the old type fits without a change; the "
                                        + "old type is not known here",
                                safeForm(judged, change));
                        case FREE, INDEXES, TIME_ZONE -> {}
                    }
                });
    }

    private static String subject(Judged judged, Action.AlterType change) {
        TypeName old = TypeChange.oldType(judged, change);
        return "Changing " + change.table().sql() + "." + Sql.quote(change.column())
                + (old == null ? "" : " from " + old.sql()) + " to " + change.type().sql();
    }

    static String safeForm(Judged judged, Action.AlterType change) {
        Expression using = change.using();
        String value = using == null ? Sql.quote(change.column()) + "::" + change.type().sql() : using.sql();
        String next = Sql.name(change.column(), "new");
        SafeColumn safe = new SafeColumn(judged, change.table(), next);
        return safe.add(change.type().sql()).keep(value).fill(value)
                .line("-- once the application reads and writes " + next + ", in a contract phase:")
                .line("DROP TRIGGER " + safe.trigger() + " ON " + change.table().sql() + ";")
                .alter("DROP COLUMN " + Sql.quote(change.column())).sql();
    }
}
