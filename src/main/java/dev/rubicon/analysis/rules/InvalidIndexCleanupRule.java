package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Action.CreateIndex;
import dev.rubicon.engine.facts.Action.Update;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.engine.facts.Schema.Index;
import dev.rubicon.plan.Severity;
import java.util.Set;

/** What a failed concurrent build left behind. */
final class InvalidIndexCleanupRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("invalid-index-cleanup",
            "What a failed concurrent build left behind", Severity.ERROR,
            "A concurrent build that fails leaves an invalid index: it slows every write and serves no query. It has to be "
                    + "dropped and built anew; calling it valid by hand makes queries miss rows. Rubicon's engine drops an "
                    + "invalid index of the name before it builds.",
            """
            UPDATE pg_index SET indisvalid = true WHERE indexrelid = 'users_email_idx'::regclass;
            """, """
            DROP INDEX CONCURRENTLY IF EXISTS users_email_idx;
            CREATE INDEX CONCURRENTLY users_email_idx ON users (email);
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public Set<Class<? extends Action>> about() {
        return Set.of(CreateIndex.class, Update.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        judged.actions(CreateIndex.class).forEach(index -> left(judged, index, findings));
        judged.actions(Update.class).filter(InvalidIndexCleanupRule::byHand)
                .forEach(update -> findings.add(PAGE, judged,
                        "pg_index.indisvalid is set by hand: the index stays as incomplete as it was, and queries that use it "
                                + "miss rows",
                        "REINDEX INDEX CONCURRENTLY users_email_idx;".replace("users_email_idx", indexIn(update))));
    }

    private static void left(Judged judged, CreateIndex index, Findings findings) {
        QualifiedName name = index.name();
        boolean invalid = name != null && judged.schema().index(index.table().sibling(name.name())).map(Index::valid)
                .filter(Boolean.FALSE::equals).isPresent();
        if (invalid) {
            IndexText text = new IndexText(index, judged.statement().sql());
            boolean ours = judged.passage().inPlan() && index.concurrently();
            findings.add(PAGE, ours ? Severity.INFO : Severity.ERROR, judged,
                    "There is an invalid index " + name + " on " + index.table() + " that a failed build left"
                            + (ours
                                    ? "; Rubicon drops it before it builds"
                                    : index.ifNotExists() ? ", and IF NOT EXISTS keeps it" : ", so this fails"),
                    Sql.lines("DROP INDEX CONCURRENTLY IF EXISTS " + text.name().sql() + ";",
                            text.concurrently()));
        }
    }

    private static boolean byHand(Update update) {
        return update.table().name().equals("pg_index")
                && update.assignments().stream().anyMatch(each -> each.column().equals("indisvalid"));
    }

    /** The name in {@code 'users_email_idx'::regclass}, if it is written so. */
    private static String indexIn(Update update) {
        String where = update.where() == null ? "" : update.where().sql();
        String[] parts = where.split("'", 3);
        return parts.length == 3 ? parts[1] : "the_index";
    }
}
