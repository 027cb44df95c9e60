package dev.rubicon.analysis;

import dev.rubicon.analysis.rules.Held;
import dev.rubicon.analysis.rules.Judged;
import dev.rubicon.analysis.rules.JudgedPlan;
import dev.rubicon.analysis.rules.Made;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Compatibility;
import dev.rubicon.engine.facts.Identifiers;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.plan.DataLoss;
import dev.rubicon.plan.Phase;
import dev.rubicon.plan.Step;
import dev.rubicon.plan.Verdict;
import dev.rubicon.plan.Verdict.Level;
import dev.rubicon.plan.Work;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How much can go wrong in each phase, with a sentence for each reason. High: the river is crossed or behind, something
 * is dropped or emptied, renamed, rewritten, or read as a whole while nobody else can read it, or the running application
 * cannot live with it. Medium: rows are changed, writes are blocked while a table is read, nobody can read what is run, or
 * going back would lose what was written since. All else is low, and so is whatever is done to what the same plan or
 * script made.
 */
final class Risks {

    private Level level = Level.LOW;
    private final List<String> reasons = new ArrayList<>();
    private final Made made;

    private Risks(Made made) {
        this.made = made;
    }

    static Map<Integer, Verdict.Risk> of(JudgedPlan plan) {
        Map<Integer, Verdict.Risk> risks = new LinkedHashMap<>();
        Made made = new Made();
        boolean gated = false;
        for (Phase phase : plan.document().phases()) {
            Risks risk = new Risks(made);
            risk.river(plan.river(), phase);
            phase.steps().forEach(risk::step);
            gated |= phase.after().absent() != null;
            for (Judged each : plan.judged()) {
                if (each.at().phase() == phase.index() && !each.rollback()) {
                    risk.statement(each, gated);
                }
            }
            risks.put(phase.index(), risk.risk());
        }
        return risks;
    }

    static Verdict.Risk of(List<Judged> script) {
        Risks risk = new Risks(new Made());
        script.forEach(each -> risk.statement(each, false));
        return risk.risk();
    }

    private Verdict.Risk risk() {
        return new Verdict.Risk(level, reasons.stream().distinct().toList());
    }

    private void river(Verdict.@Nullable PointOfNoReturn river, Phase phase) {
        if (river != null && phase.index() >= river.phase()) {
            raise(Level.HIGH, phase.index() == river.phase()
                    ? "Step " + river.step() + " is the point of no return"
                    : "The phase lies behind the point of no return");
        }
    }

    private void step(Step step) {
        if (step.work() instanceof Work.Backfill backfill) {
            raise(Level.MEDIUM, "Step " + step.name() + (backfill.delete() ? " deletes" : " changes") + " many rows of "
                    + backfill.table());
        }
        if (step.work() instanceof Work.DynamoDb) {
            raise(Level.MEDIUM, "Step " + step.name() + " cannot be judged by a grammar");
        }
        if (step.rollback().loss() == DataLoss.NEW_WRITES) {
            raise(Level.MEDIUM, "Going back over step " + step.name() + " loses what was written since");
        }
    }

    /** @param gated whether a gate says that the version which is hurt runs no more */
    private void statement(Judged judged, boolean gated) {
        String subject = judged.at().subject();
        Held.actions(judged.actions()).forEach(action -> {
            takes(action).ifPresent(what -> raise(Level.HIGH, subject + " " + what));
            changes(action).ifPresent(what -> raise(Level.MEDIUM, subject + " " + what));
        });
        work(judged, subject);
        if (!gated && judged.facts().oldCode() instanceof Compatibility.Broken broken
                && judged.facts().locks().stream().anyMatch(lock -> !made.relation(lock.relation()))) {
            raise(Level.HIGH, subject + " breaks the application that runs, because " + broken.because());
        }
        Held.actions(judged.actions()).forEach(made::take);
    }

    private void work(Judged judged, String subject) {
        first(judged.facts().rewrites()).ifPresent(table -> raise(Level.HIGH,
                subject + " writes " + table + " anew while nobody can read it"));
        if (judged.facts().blocksWrites() && judged.facts().rewrites().isEmpty()) {
            boolean reads = judged.facts().blocksReads();
            first(judged.facts().scans()).ifPresent(table -> raise(reads ? Level.HIGH : Level.MEDIUM,
                    subject + " reads all of " + table + " while nobody can " + (reads ? "read" : "write") + " it"));
        }
    }

    private Optional<QualifiedName> first(List<QualifiedName> relations) {
        return relations.stream().filter(each -> !made.relation(each)).findFirst();
    }

    private Optional<String> takes(Action action) {
        return switch (action) {
            case Action.DropColumn drop when !made.column(drop.table(), drop.column()) ->
                Optional.of("drops " + drop.table() + "." + Identifiers.quote(drop.column()));
            case Action.Drop drop -> switch (drop.kind()) {
                case TABLE, VIEW, MATERIALIZED_VIEW, SEQUENCE, TYPE, DOMAIN, SCHEMA, DATABASE, FOREIGN_TABLE ->
                    first(drop.names()).map(name -> "drops " + name + ", which may still be in use");
                default -> Optional.empty();
            };
            case Action.Truncate truncate -> first(truncate.tables()).map(table -> "empties " + table);
            case Action.Rename rename when renamesForCode(rename) -> Optional
                    .of("renames " + rename.object() + (rename.member() == null ? "" : "." + rename.member())
                            + ", which running code names");
            default -> Optional.empty();
        };
    }

    private boolean renamesForCode(Action.Rename rename) {
        String member = rename.member();
        return switch (rename.kind()) {
            case COLUMN -> member == null || !made.column(rename.object(), member);
            case TABLE, VIEW, MATERIALIZED_VIEW, SCHEMA, TYPE, SEQUENCE, FOREIGN_TABLE, ENUM_VALUE, FUNCTION ->
                !made.relation(rename.object());
            default -> false;
        };
    }

    private Optional<String> changes(Action action) {
        return switch (action) {
            case Action.Insert insert when !insert.reads().isEmpty() -> changed(insert.table());
            case Action.Update update -> changed(update.table());
            case Action.Delete delete -> changed(delete.table());
            case Action.Merge merge -> changed(merge.table());
            case Action.CreateIndex index when !index.concurrently() && !made.relation(index.table()) ->
                Optional.of("builds an index and blocks writes to " + index.table() + " meanwhile");
            case Action.Block block when block.dynamic() -> Optional.of("runs SQL that is known only when it runs");
            default -> Optional.empty();
        };
    }

    private Optional<String> changed(QualifiedName table) {
        return made.relation(table)
                ? Optional.empty()
                : Optional.of("changes rows of " + table + " in one transaction");
    }

    private void raise(Level to, String reason) {
        level = level.compareTo(to) < 0 ? to : level;
        reasons.add(reason);
    }
}
