package dev.rubicon.analysis;

import dev.rubicon.analysis.rules.Findings;
import dev.rubicon.analysis.rules.Judged;
import dev.rubicon.analysis.rules.Rule;
import dev.rubicon.analysis.rules.Statements;
import dev.rubicon.analysis.rules.WholePlan;
import dev.rubicon.engine.facts.Examiner;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Shows statements to the rules that are on. */
final class Ruling {

    private final Findings findings;
    private final Terms terms;
    private final @Nullable WholePlan plan;

    /** @param plan the plan that the statements are part of, or null */
    Ruling(Findings findings, Terms terms, @Nullable WholePlan plan) {
        this.findings = findings;
        this.terms = terms;
        this.plan = plan;
    }

    /**
     * Judges the statements of one step in one direction, or of one script.
     *
     * @param wrapped whether a transaction is opened around them
     * @return those that change the target, in order
     */
    List<Judged> walk(Statements statements, Examiner examiner, boolean wrapped) {
        if (statements.use() == Statements.Use.DECLARED) {
            // the pieces of a text that is not the author's are judged by themselves
            return statements.readable() ? follow(statements, examiner, false) : List.of();
        }
        Rules.of(Rule.OfStatements.class, terms.style()).forEach(rule -> rule.judge(statements, findings));
        if (statements.use() != Statements.Use.WORK) {
            return List.of();
        }
        List<Judged> judged = follow(statements, examiner, wrapped);
        Rules.of(Rule.OfScript.class, terms.style()).forEach(rule -> rule.judge(statements, judged, findings));
        return judged;
    }

    private List<Judged> follow(Statements statements, Examiner examiner, boolean wrapped) {
        Audience audience = Rules.audience(terms.style());
        return new Walkthrough(statements, examiner, terms.serverVersion(), wrapped, plan,
                one -> audience.of(one.actions()).forEach(rule -> rule.judge(one, findings))).walk();
    }
}
