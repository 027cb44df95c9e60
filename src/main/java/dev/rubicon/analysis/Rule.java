package dev.rubicon.analysis;

/** One thing that the analysis looks for: one rule, one file, one page. */
sealed interface Rule {

    RulePage page();

    /** A rule over the statements of one step in one direction, or of a script that belongs to no plan. */
    non-sealed interface OfStatements extends Rule {
        void judge(Statements statements, Findings findings);
    }

    /** A rule over the plan as a whole. */
    non-sealed interface OfPlan extends Rule {
        void judge(JudgedPlan plan, Findings findings);
    }

    /** A rule over what the other rules found; it is asked last. */
    non-sealed interface OfFindings extends Rule {
        void judge(JudgedPlan plan, Findings findings);
    }
}
