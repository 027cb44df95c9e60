package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.plan.Severity;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** A dropped table that locks several others. */
final class DropTableManyFksRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("drop-table-many-fks",
            "A dropped table that locks several others", Severity.WARNING,
            "DROP TABLE takes ACCESS EXCLUSIVE on every table that the dropped one references, and holds each while it waits for "
                    + "the next. One foreign key after the other, each under a lock_timeout, locks two tables at most.",
            """
            CREATE TABLE carts (id bigint, user_id bigint REFERENCES users (id), item_id bigint REFERENCES items (id));
            DROP TABLE carts;
            """, """
            SET lock_timeout = '2s';
            ALTER TABLE carts DROP CONSTRAINT carts_user_id_fkey;
            ALTER TABLE carts DROP CONSTRAINT carts_item_id_fkey;
            DROP TABLE carts;
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public Set<Class<? extends Action>> about() {
        return Set.of(Action.Drop.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        judged.actions(Action.Drop.class).forEach(drop -> {
            List<QualifiedName> parents = Drops.parents(judged, drop);
            if (parents.size() > 1) {
                boolean undone = judged.rollback()
                        && drop.names().stream().allMatch(table -> Weighing.made(judged, table));
                findings.add(PAGE, undone ? Severity.INFO : Ground.brief(judged), judged,
                        "Dropping " + Sentences.list(drop.names()) + " takes ACCESS EXCLUSIVE on "
                                + Sentences.list(parents)
                                + " too: while it waits for one, reads and writes of all wait",
                        Sql.lines("SET lock_timeout = '2s';", keys(judged, drop),
                                judged.statement().sql() + ";"));
            }
        });
    }

    private static String keys(Judged judged, Action.Drop drop) {
        return drop.names().stream().map(table -> DropFkLocksParentRule.keys(judged, table, null))
                .filter(each -> !each.isEmpty()).collect(Collectors.joining("\n"));
    }
}
