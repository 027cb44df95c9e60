package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Action.CreateIndex;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.plan.Severity;
import java.util.Set;

/** IF NOT EXISTS on a concurrent index build. */
final class CicIfNotExistsRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("cic-if-not-exists-masks-invalid",
            "IF NOT EXISTS on a concurrent index build", Severity.WARNING,
            "A concurrent build that failed leaves an invalid index of that name, and IF NOT EXISTS then "
                    + "keeps it silently: the index is there, costs writes, and serves no query. Rubicon itself "
                    + "looks whether the index is there and valid.",
            """
            CREATE INDEX CONCURRENTLY IF NOT EXISTS users_email_idx ON users (email);
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
        return Set.of(CreateIndex.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        judged.actions(CreateIndex.class).filter(index -> index.concurrently() && index.ifNotExists())
                .filter(index -> !droppedBefore(judged, index)).forEach(index -> {
                    String name = index.name() == null ? "" : " " + index.name();
                    findings.add(PAGE, judged, subject(judged) + " would keep an invalid index" + name
                            + " that a failed build left on " + index.table(), safeForm(judged, index));
                });
    }

    private static String subject(Judged judged) {
        return judged.at().subject();
    }

    /** A plan's engine drops an invalid index itself; anybody else has to. */
    private static String safeForm(Judged judged, CreateIndex index) {
        IndexText text = new IndexText(index, judged.statement().sql());
        return judged.passage().inPlan()
                ? text.concurrently()
                : Sql.lines(
                        "DROP INDEX CONCURRENTLY IF EXISTS " + text.name().sql() + ";", text.concurrently());
    }

    private static boolean droppedBefore(Judged judged, CreateIndex index) {
        QualifiedName name = index.name();
        return name != null && judged.passage().script().stream().flatMap(each -> each.actions(Action.Drop.class))
                .anyMatch(
                        drop -> drop.names().stream().anyMatch(each -> each.same(index.table().sibling(name.name()))));
    }
}
