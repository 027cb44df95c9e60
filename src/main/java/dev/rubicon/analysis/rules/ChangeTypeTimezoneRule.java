package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.plan.Severity;
import java.util.Set;

/** A change between timestamp and timestamptz. */
final class ChangeTypeTimezoneRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("change-type-timezone",
            "A change between timestamp and timestamptz", Severity.ERROR,
            "Whether the bytes stay the same depends on the time zone of the session. In UTC the change "
                    + "costs nothing; in any other zone every row is converted, and the table and its indexes are "
                    + "written anew under ACCESS EXCLUSIVE. If the values are meant to be UTC, they are also "
                    + "shifted by mistake.",
            """
            ALTER TABLE users ADD COLUMN seen timestamp;
            ALTER TABLE users ALTER COLUMN seen TYPE timestamptz;
            """, """
            ALTER TABLE users ADD COLUMN seen timestamp;
            SET timezone = 'UTC';
            ALTER TABLE users ALTER COLUMN seen TYPE timestamptz;
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
                .filter(change -> TypeChange.of(judged, change) == TypeChange.TIME_ZONE)
                .forEach(change -> findings.add(PAGE, Weighing.bySize(judged, change.table(), PAGE.severity()), judged,
                        "Changing " + change.table().sql() + "." + Sql.quote(change.column()) + " to "
                                + change.type().sql() + " " + Weighing.rewrites(judged, change.table())
                                + ", unless the session's time zone is UTC",
                        "-- in the same transaction, if the values are in UTC:\nSET LOCAL timezone = 'UTC';\n"
                                + Sql.alter(change.table(), "ALTER COLUMN " + Sql.quote(change.column()) + " TYPE "
                                        + change.type().sql())));
    }
}
