package dev.rubicon.analysis;

import dev.rubicon.plan.Plans;
import dev.rubicon.plan.RevisionSubmitted;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Judges each new revision in the transaction that stores it: none is ever seen without its verdict. */
@Component
class RevisionJudge {

    private final Plans plans;
    private final Judgement judgement;

    RevisionJudge(Plans plans, Judgement judgement) {
        this.plans = plans;
        this.judgement = judgement;
    }

    @EventListener
    void on(RevisionSubmitted event) {
        plans.report(event.revision().plan(), event.revision().revision(),
                judgement.judge(plans.text(event.revision()), Terms.TEXT).verdict());
    }
}
