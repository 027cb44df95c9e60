package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Schema;
import dev.rubicon.plan.Severity;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A change of type or collation that rebuilds indexes. */
final class ChangeTypeIndexRebuildRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("change-type-index-rebuild",
            "A change of type or collation that rebuilds indexes", Severity.ERROR,
            "Some changes leave the rows alone and still build every index on the column anew, under "
                    + "ACCESS EXCLUSIVE on the table: another collation, and types that are stored alike but "
                    + "sorted by other operators, like integer and oid, or text and citext.",
            """
            CREATE INDEX CONCURRENTLY users_name ON users (name);
            ALTER TABLE users ALTER COLUMN name TYPE text COLLATE "C";
            """, """
            CREATE INDEX CONCURRENTLY users_name_c ON users (name COLLATE "C");
            """);

    private static final Set<TypeChange> REWRITES = Set.of(TypeChange.REWRITE, TypeChange.TIME_ZONE);

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
                .filter(change -> !REWRITES.contains(TypeChange.of(judged, change))).forEach(change -> {
                    List<String> indexes = indexes(judged, change);
                    boolean known = !indexes.isEmpty();
                    if (known || (sortsAnew(judged, change) && !knowsAll(judged, change))) {
                        findings.add(PAGE, known
                                ? Weighing.bySize(judged, change.table(), Severity.ERROR)
                                : Severity.WARNING, judged, message(judged, change, indexes), safeForm(change));
                    }
                });
    }

    private static boolean sortsAnew(Judged judged, Action.AlterType change) {
        TypeChange cost = TypeChange.of(judged, change);
        return cost == TypeChange.INDEXES || (cost == TypeChange.UNKNOWN && change.collation() != null);
    }

    /** Those that are built anew; one with the column in an expression or a condition always is. */
    private static List<String> indexes(Judged judged, Action.AlterType change) {
        Predicate<Schema.Index> concerned = sortsAnew(judged, change)
                ? index -> index.columns().contains(change.column())
                : index -> !index.columns().contains(change.column())
                        && !Weighing.rewritten(judged, change.table())
                        && judged.facts().rewrites().stream().anyMatch(index.name()::same);
        return judged.schema().indexesOf(change.table()).stream().filter(concerned)
                .map(index -> index.name().sql()).toList();
    }

    private static boolean knowsAll(Judged judged, Action.AlterType change) {
        return judged.schema().relation(change.table()).filter(Schema.Relation::known).isPresent()
                || Weighing.made(judged, change.table(), change.column());
    }

    private static String message(Judged judged, Action.AlterType change, List<String> indexes) {
        return "Changing " + change.table().sql() + "." + Sql.quote(change.column()) + " to " + change.type().sql()
                + (change.collation() == null ? "" : " COLLATE " + change.collation()) + " builds "
                + (indexes.isEmpty() ? "each index on it" : String.join(", ", indexes))
                + " anew under ACCESS EXCLUSIVE on "
                + change.table() + Weighing.size(judged, change.table()) + ", which blocks its reads and writes";
    }

    private static @Nullable String safeForm(Action.AlterType change) {
        if (change.collation() == null) {
            return null;
        }
        String index = Sql.quote(Sql.name(change.table().name(), change.column(), "collated"));
        return "-- an index of that collation serves queries that state it, and no row or index changes:\n"
                + "CREATE INDEX CONCURRENTLY " + index + " ON " + change.table().sql() + " ("
                + Sql.quote(change.column()) + " COLLATE " + change.collation() + ");";
    }
}
