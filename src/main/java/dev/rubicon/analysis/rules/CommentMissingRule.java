package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.analysis.RulePage.Group;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Action.ObjectKind;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.plan.Severity;
import java.util.Set;

/** A new table that nobody describes. */
final class CommentMissingRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("comment-missing",
            "A new table that nobody describes", Severity.INFO, Group.STYLE,
            "A comment in the catalog is where every tool finds what a table is for.",
            """
            CREATE TABLE events (id bigint PRIMARY KEY);
            """, """
            CREATE TABLE events (id bigint PRIMARY KEY);
            COMMENT ON TABLE events IS 'What happened, one row each.';
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public Set<Class<? extends Action>> about() {
        return Set.of(Action.CreateTable.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        judged.actions(Action.CreateTable.class)
                .filter(create -> create.persistence() != Action.Persistence.TEMPORARY && create.partitionOf() == null)
                .filter(create -> Later.actions(judged).noneMatch(action -> describes(action, create.table())))
                .forEach(create -> findings.add(PAGE, judged, "Table " + create.table() + " has no comment",
                        "COMMENT ON TABLE " + create.table().sql() + " IS 'What one row stands for.';"));
    }

    private static boolean describes(Action action, QualifiedName table) {
        return action instanceof Action.Comment comment && comment.kind() == ObjectKind.TABLE
                && comment.object() != null && comment.object().same(table);
    }
}
