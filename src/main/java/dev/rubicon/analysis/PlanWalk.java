package dev.rubicon.analysis;

import dev.rubicon.analysis.rules.Judged;
import dev.rubicon.analysis.rules.Simulation;
import dev.rubicon.analysis.rules.Statements;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Examiner;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.engine.facts.Schema;
import dev.rubicon.plan.Phase;
import dev.rubicon.plan.PlanDocument;
import dev.rubicon.plan.Step;
import dev.rubicon.plan.Work;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Follows a plan step by step in its running order, and from each step back again: the forward statements go on over one
 * schema, the rollback of a step is tried on a copy of what the step left.
 */
final class PlanWalk {

    private final PlanDocument document;
    private final List<Statements> statements;
    private final Examiner examiner;
    private final Ruling ruling;
    private final List<Judged> judged = new ArrayList<>();
    private final Map<String, Simulation> simulations = new LinkedHashMap<>();

    PlanWalk(PlanDocument document, List<Statements> statements, Examiner examiner, Ruling ruling) {
        this.document = document;
        this.statements = statements;
        this.examiner = examiner;
        this.ruling = ruling;
    }

    void walk() {
        for (Phase phase : document.phases()) {
            if (phase.after().deployment() != null) {
                // from here on an application uses what the plan made
                examiner.schema().forgetMade();
            }
            phase.steps().forEach(this::step);
        }
    }

    /** All statements that change the target, forward and back, in the order of the steps. */
    List<Judged> judged() {
        return judged;
    }

    /** By step: what trying it and going back left behind. */
    Map<String, Simulation> simulations() {
        return simulations;
    }

    private void step(Step step) {
        if (step.work() instanceof Work.PartitionedIndex index) {
            examiner.schema().saidToBePartitioned(name(index.table()));
        }
        Schema before = examiner.schema().copy();
        walk(step, "forward", examiner);
        fill(step.work());
        Schema after = examiner.schema().copy();
        Examiner back = examiner.copy();
        walk(step, "rollback", back);
        simulations.put(step.name(), new Simulation(before, after, back.schema()));
    }

    private void walk(Step step, String direction, Examiner over) {
        statements.stream().filter(each -> step.name().equals(each.step()) && each.direction().equals(direction))
                .forEach(each -> judged.addAll(ruling.walk(each, over, true)));
    }

    /** A backfill brings rows, which its schema remembers. */
    private void fill(Work work) {
        if (work instanceof Work.Backfill backfill) {
            String into = backfill.into();
            QualifiedName table = name(into == null ? backfill.table() : into);
            examiner.apply(List.of(new Action.Insert(table, List.of(), List.of(), true, List.of())));
        }
    }

    private static QualifiedName name(String written) {
        int dot = written.indexOf('.');
        @Nullable
        String schema = dot < 0 ? null : written.substring(0, dot);
        return new QualifiedName(schema, written.substring(dot + 1));
    }
}
