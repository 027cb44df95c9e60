package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Action.Drop;
import dev.rubicon.engine.facts.Action.ObjectKind;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.engine.facts.Schema.Index;
import dev.rubicon.plan.Severity;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** An index dropped under a lock on its table. */
final class IndexDropNotConcurrentRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("index-drop-not-concurrent",
            "An index dropped under a lock on its table", Severity.WARNING,
            "DROP INDEX takes ACCESS EXCLUSIVE on the index and on its table. It is done in no time, but first it waits "
                    + "for every query that runs on the table, and all that come later, reads too, wait behind it.",
            """
            DROP INDEX users_email_idx;
            """, """
            DROP INDEX CONCURRENTLY users_email_idx;
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public Set<Class<? extends Action>> about() {
        return Set.of(Drop.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        judged.actions(Drop.class).filter(drop -> drop.kind() == ObjectKind.INDEX && !drop.concurrently())
                .forEach(drop -> judge(judged, drop, findings));
        judged.actions(Drop.class).filter(drop -> drop.kind() == ObjectKind.INDEX && drop.concurrently())
                .filter(drop -> drop.names().size() > 1 || drop.cascade())
                .forEach(drop -> findings.add(PAGE, Severity.BLOCKING, judged,
                        "The server refuses DROP INDEX CONCURRENTLY "
                                + (drop.cascade() ? "with CASCADE" : "of more than one index") + ": "
                                + names(drop.names()),
                        safeForm(drop, drop.names())));
    }

    private static void judge(Judged judged, Drop drop, Findings findings) {
        List<QualifiedName> indexes = drop.names().stream()
                .filter(index -> table(judged, index).filter(table -> Ground.quiet(judged, table)).isEmpty()).toList();
        if (indexes.isEmpty()) {
            return;
        }
        boolean partitioned = indexes.stream()
                .anyMatch(each -> table(judged, each).filter(table -> Ground.partitioned(judged, table)).isPresent());
        findings.add(PAGE, partitioned ? Ground.brief(judged) : Severity.WARNING, judged,
                "DROP INDEX " + names(indexes) + " takes ACCESS EXCLUSIVE on " + tables(judged, indexes)
                        + ": while it waits for running queries, all reads and writes there wait behind it"
                        + (partitioned ? "; an index of a partitioned table cannot be dropped concurrently" : ""),
                partitioned ? "SET lock_timeout = '2s';\n" + judged.statement().sql() + ";" : safeForm(drop, indexes));
    }

    private static Optional<QualifiedName> table(Judged judged, QualifiedName index) {
        return judged.schema().index(index).map(Index::table);
    }

    private static String names(List<QualifiedName> indexes) {
        return indexes.stream().map(QualifiedName::sql).collect(Collectors.joining(", "));
    }

    private static String tables(Judged judged, List<QualifiedName> indexes) {
        List<String> tables = indexes.stream().flatMap(index -> table(judged, index).stream())
                .map(table -> Ground.named(judged, table)).distinct().toList();
        return tables.isEmpty() ? "the index and its table" : Sentences.list(tables);
    }

    /** Each index by itself: CONCURRENTLY takes one, and no CASCADE. */
    private static String safeForm(Drop drop, List<QualifiedName> indexes) {
        return indexes.stream()
                .map(index -> "DROP INDEX CONCURRENTLY " + (drop.ifExists() ? "IF EXISTS " : "") + index.sql() + ";")
                .collect(Collectors.joining("\n"));
    }
}
