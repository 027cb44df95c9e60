package dev.rubicon.analysis.web;

import dev.rubicon.analysis.Judgement.ReadStatement;
import dev.rubicon.engine.facts.Compatibility;
import dev.rubicon.engine.facts.Draft;
import dev.rubicon.engine.facts.Facts;
import dev.rubicon.engine.facts.LockMode;
import dev.rubicon.engine.facts.QualifiedName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A statement with what follows from it, as the API shows it.
 *
 * @param sql the author's text, cut by the grammar
 * @param dataLoss what going back over it would lose
 * @param reversible whether statements can undo it
 * @param rollback those statements, as Rubicon would write them, or null
 * @param why what the rollback restores, or why there is none
 * @param learned what a catalog or an earlier statement told that decided a fact
 */
record StatementView(String sql, String kind, int line, boolean transactional, @Nullable String step, String direction,
        List<LockView> locks, List<String> rewrites, List<String> scans, boolean blocksReads, boolean blocksWrites,
        List<String> destroys, CodeView oldCode, CodeView newCode, int minimumServerVersion, String dataLoss,
        boolean reversible, @Nullable String rollback, @Nullable String lossQuery, @Nullable String window, String why,
        List<String> learned) {

    /** @param kind {@code table}, {@code index}, {@code sequence} … */
    record LockView(String relation, String kind, LockMode mode, String because) {}

    /** @param safe {@code yes}, {@code no} or {@code depends}; {@code because} says on what, or why not */
    record CodeView(String safe, @Nullable String because) {

        static CodeView of(Compatibility compatibility) {
            return switch (compatibility) {
                case Compatibility.Safe safe -> new CodeView("yes", null);
                case Compatibility.Depends depends -> new CodeView("depends", "only if " + depends.condition());
                case Compatibility.Broken broken -> new CodeView("no", broken.because());
            };
        }
    }

    static StatementView of(ReadStatement statement) {
        Facts facts = statement.facts();
        Draft draft = statement.draft();
        return new StatementView(statement.sql(), statement.kind(), statement.line(), statement.transactional(),
                statement.step(), statement.direction(),
                facts.locks().stream()
                        .map(lock -> new LockView(lock.relation().toString(),
                                lock.kind().name().toLowerCase(java.util.Locale.ROOT).replace('_', ' '), lock.mode(),
                                lock.because()))
                        .toList(),
                names(facts.rewrites()), names(facts.scans()), facts.blocksReads(), facts.blocksWrites(),
                facts.destroys(), CodeView.of(facts.oldCode()), CodeView.of(facts.newCode()), facts.minimumVersion(),
                draft.loss().word(), draft.sql() != null, draft.sql(), draft.lossQuery(), draft.window(), draft.why(),
                facts.learned());
    }

    private static List<String> names(List<QualifiedName> relations) {
        return relations.stream().map(QualifiedName::toString).toList();
    }
}
