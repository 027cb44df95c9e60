package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.analysis.ScriptFile;
import dev.rubicon.engine.facts.Action;
import java.util.List;
import java.util.Set;

/** One thing that the analysis looks for: one rule, one file, one page. Rules keep no state. */
public sealed interface Rule {

    RulePage page();

    /** A rule over each statement that changes the target, at its moment in the running order, DO bodies included. */
    non-sealed interface OfStatement extends Rule {

        /** The actions that it looks for, one of which must be in a statement that it is shown; without more words, all. */
        default Set<Class<? extends Action>> about() {
            return Set.of(Action.class);
        }

        void judge(Judged judged, Findings findings);
    }

    /** A rule over all statements of one step in one direction, or of one script, after each was judged by itself. */
    non-sealed interface OfScript extends Rule {
        void judge(Statements statements, List<Judged> judged, Findings findings);
    }

    /** A rule over the texts of one step for one use, readable or not. */
    non-sealed interface OfStatements extends Rule {
        void judge(Statements statements, Findings findings);
    }

    /** A rule over the plan as a whole. */
    non-sealed interface OfPlan extends Rule {
        void judge(JudgedPlan plan, Findings findings);
    }

    /** A rule over a file as a whole; {@code all} are those that are judged with it, in the order in which they run. */
    non-sealed interface OfFile extends Rule {
        void judge(ScriptFile file, List<ScriptFile> all, Findings findings);
    }

    /** A rule over the acceptances in comments, asked when all other rules have found what they find. */
    non-sealed interface OfAcceptances extends Rule {
        void judge(List<InlineAcceptance> acceptances, Findings findings);
    }

    /** A rule over what the other rules found; it is asked last. */
    non-sealed interface OfFindings extends Rule {
        void judge(JudgedPlan plan, Findings findings);
    }
}
