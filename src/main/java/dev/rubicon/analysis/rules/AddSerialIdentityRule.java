package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Column;
import dev.rubicon.engine.facts.Identifiers;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.plan.Severity;
import java.util.Set;

/** A new column that numbers the rows. */
final class AddSerialIdentityRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("add-serial-identity",
            "A new column that numbers the rows", Severity.ERROR,
            "serial and IDENTITY give every row that is there a number. The table and all of its "
                    + "indexes are written anew while ACCESS EXCLUSIVE keeps readers and writers out.",
            """
            ALTER TABLE prices ADD COLUMN id bigserial;
            """, """
            ALTER TABLE prices ADD COLUMN id bigint;
            CREATE SEQUENCE prices_id_seq OWNED BY prices.id;
            ALTER TABLE prices ALTER COLUMN id SET DEFAULT nextval('prices_id_seq');
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public Set<Class<? extends Action>> about() {
        return Set.of(Action.AddColumn.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        judged.actions(Action.AddColumn.class).filter(add -> add.column().numbered())
                .filter(add -> Weighing.shared(judged, add.table()))
                .forEach(add -> findings.add(PAGE, Weighing.bySize(judged, add.table(), PAGE.severity()), judged,
                        "ADD COLUMN " + Sql.quote(add.column().name()) + " " + kind(add.column()) + " "
                                + Weighing.rewrites(judged, add.table()) + ": every row gets a number",
                        safeForm(judged, add)));
    }

    private static String kind(Column column) {
        return column.identity() != null || column.type() == null ? "GENERATED AS IDENTITY" : column.type().sql();
    }

    private static String safeForm(Judged judged, Action.AddColumn add) {
        String name = add.column().name();
        QualifiedName sequence = add.table().sibling(Sql.name(add.table().name(), name, "seq"));
        String next = "nextval(" + Identifiers.literal(sequence.sql()) + ")";
        SafeColumn safe = new SafeColumn(judged, add.table(), name).add(SafeColumn.type(add.column().type()))
                .line("CREATE SEQUENCE " + sequence.sql() + " OWNED BY " + add.table().sql() + "." + Sql.quote(name)
                        + ";")
                .defaultTo(next).fill(next);
        return (add.column().notNull() || add.column().identity() != null ? safe : safe.notNull())
                .demands(add.column()).sql();
    }
}
