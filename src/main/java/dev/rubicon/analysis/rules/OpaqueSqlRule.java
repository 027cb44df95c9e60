package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.plan.Severity;
import java.util.Set;

/** SQL that is put together while it runs. */
final class OpaqueSqlRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("opaque-sql",
            "SQL that is put together while it runs", Severity.WARNING,
            "EXECUTE runs a text that nobody can read before it runs, so nobody can say what it locks, rewrites or "
                    + "loses. The static statements of the same block are judged all the same.",
            """
            DO $$
            BEGIN
              EXECUTE 'ALTER TABLE ' || 'users' || ' ADD COLUMN region text';
            END $$;
            """, """
            DO $$
            BEGIN
              ALTER TABLE users ADD COLUMN region text;
            END $$;
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public Set<Class<? extends Action>> about() {
        return Set.of(Action.Block.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        judged.actions(Action.Block.class).filter(block -> block.dynamic() || !readable(block.language()))
                .forEach(block -> findings.add(PAGE, judged, block.dynamic()
                        ? "The block EXECUTEs SQL that is known only when it runs"
                        : "The block is written in " + block.language() + ", which nobody can judge here", null));
    }

    private static boolean readable(String language) {
        return language.equalsIgnoreCase("plpgsql") || language.equalsIgnoreCase("sql");
    }
}
