package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action.CreateIndex;
import dev.rubicon.engine.facts.Action.Drop;
import dev.rubicon.engine.facts.Action.ObjectKind;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.engine.facts.Schema.Index;
import dev.rubicon.plan.Severity;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** An index that is gone before the one that replaces it is there. */
final class IndexReplacedWrongOrderRule implements Rule.OfScript, Rule.OfPlan {

    private static final RulePage PAGE = new RulePage("index-replaced-wrong-order",
            "An index that is gone before its replacement is there", Severity.WARNING,
            "From the drop until the new build is done the queries that used the index read the whole table, and a "
                    + "unique one lets duplicates in, on which the new build then fails.",
            """
            DROP INDEX CONCURRENTLY users_email_idx;
            CREATE INDEX CONCURRENTLY users_email_idx ON users (email, region);
            """, """
            CREATE INDEX CONCURRENTLY users_email_region_idx ON users (email, region);
            DROP INDEX CONCURRENTLY users_email_idx;
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    /** An index that a statement drops; {@code known} is null where nobody told what it was. */
    private record Dropped(Judged judged, Drop drop, QualifiedName name, @Nullable Index known) {

        boolean replacedBy(CreateIndex index) {
            QualifiedName created = index.name();
            boolean sameName = created != null && index.table().sibling(created.name()).same(name);
            // dropped if it exists, then built under the same name: the way to build anew after a failed build
            boolean retry = sameName && drop.ifExists() && index.concurrently();
            return !retry && (sameName || (known != null && serves(known, index)));
        }

        private static boolean serves(Index old, CreateIndex index) {
            return old.table().same(index.table()) && old.columns().size() <= index.columns().size()
                    && old.columns().equals(index.columns().subList(0, old.columns().size()));
        }
    }

    @Override
    public void judge(Statements statements, List<Judged> judged, Findings findings) {
        if (statements.step() == null) {
            judge(judged, each -> Optional.empty(), findings);
        }
    }

    @Override
    public void judge(JudgedPlan plan, Findings findings) {
        judge(plan.judged().stream().filter(each -> !each.rollback()).toList(),
                each -> Optional.ofNullable(plan.simulations().get(String.valueOf(each.at().step()))), findings);
    }

    private static void judge(List<Judged> judged, Function<Judged, Optional<Simulation>> simulations,
            Findings findings) {
        for (int i = 0; i < judged.size(); i++) {
            Judged each = judged.get(i);
            List<Judged> later = judged.subList(i + 1, judged.size());
            each.actions(Drop.class).filter(drop -> drop.kind() == ObjectKind.INDEX)
                    .flatMap(drop -> drop.names().stream().map(name -> new Dropped(each, drop, name,
                            simulations.apply(each).flatMap(tried -> tried.before().index(name)).orElse(null))))
                    .forEach(dropped -> judge(dropped, later, findings));
        }
    }

    private static void judge(Dropped dropped, List<Judged> later, Findings findings) {
        later.stream().flatMap(each -> each.actions(CreateIndex.class)
                .filter(index -> dropped.replacedBy(index) && !Ground.quiet(each, index.table()))
                .map(index -> new IndexText(index, each.statement().sql()))).findFirst()
                .ifPresent(text -> findings.add(PAGE, dropped.judged(), "Index " + dropped.name()
                        + " is dropped before " + text.name().name() + " is built on " + text.table()
                        + ": in between queries read the whole table", safeForm(dropped, text)));
    }

    private static String safeForm(Dropped dropped, IndexText text) {
        String drop = "DROP INDEX CONCURRENTLY " + dropped.name().sql() + ";";
        if (!text.name().same(dropped.name())) {
            return Sql.lines(text.concurrently(), drop);
        }
        String building = Sql.name(text.name().name(), "new");
        return Sql.lines(text.concurrently(building), drop, "ALTER INDEX "
                + text.name().sibling(building).sql() + " RENAME TO " + QualifiedName.of(text.name().name()).sql()
                + ";");
    }
}
