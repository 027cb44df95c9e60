package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Action.ObjectKind;
import dev.rubicon.engine.facts.Action.Reindex;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.engine.facts.Schema.Index;
import dev.rubicon.plan.Severity;
import java.util.Optional;
import java.util.Set;

/** Indexes rebuilt while everybody waits. */
final class ReindexNotConcurrentRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("reindex-not-concurrent",
            "Indexes rebuilt while everybody waits", Severity.ERROR,
            "REINDEX takes SHARE on the table, which blocks writes, and ACCESS EXCLUSIVE on each index while it is "
                    + "rebuilt. Planning a query opens every index of its table, so reads wait too, even those that would "
                    + "not use the index.",
            """
            REINDEX TABLE users;
            """, """
            REINDEX TABLE CONCURRENTLY users;
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public Set<Class<? extends Action>> about() {
        return Set.of(Reindex.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        // the indexes of the system catalogs cannot be rebuilt concurrently at all
        judged.actions(Reindex.class).filter(each -> !each.concurrently() && each.kind() != ObjectKind.OTHER)
                .forEach(reindex -> judge(judged, reindex, findings));
    }

    private static void judge(Judged judged, Reindex reindex, Findings findings) {
        Optional<QualifiedName> table = table(judged, reindex);
        if (table.filter(each -> Ground.quiet(judged, each)).isPresent()) {
            return;
        }
        String name = reindex.name() == null ? "" : " " + reindex.name().sql();
        findings.add(PAGE, table.map(each -> Ground.weigh(judged, each, Severity.ERROR)).orElse(Severity.ERROR), judged,
                "REINDEX " + reindex.kind().word() + name + " takes SHARE on "
                        + table.map(each -> Ground.named(judged, each)).orElseGet(() -> many(reindex))
                        + " and ACCESS EXCLUSIVE on each index that it rebuilds: writes wait, and so do reads",
                "REINDEX " + reindex.kind().word() + " CONCURRENTLY" + name + ";");
    }

    private static Optional<QualifiedName> table(Judged judged, Reindex reindex) {
        QualifiedName name = reindex.name();
        if (name == null) {
            return Optional.empty();
        }
        return reindex.kind() == ObjectKind.TABLE
                ? Optional.of(name)
                : judged.schema().index(name).filter(each -> reindex.kind() == ObjectKind.INDEX).map(Index::table);
    }

    private static String many(Reindex reindex) {
        return reindex.kind() == ObjectKind.INDEX ? "its table" : "one table after the other";
    }
}
