package dev.rubicon.plan;

import dev.rubicon.registry.EngineKind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A plan as its author wrote it, structure already checked: the format is described by {@code /schemas/plan-v1.json}.
 *
 * @param plan the identity of the plan over all its revisions
 * @param accept findings that the author accepts, each with a reason
 */
public record PlanDocument(String plan, String title, String description, EngineKind engine,
        Map<String, String> labels, List<AcceptedRule> accept, List<Phase> phases) {

    /**
     * @param step the step that the finding is at, or null for any
     */
    public record AcceptedRule(String rule, @Nullable String step, String because) {}

    /**
     * The author's word that this finding may stand, if the document has it, under {@code accept} or in a comment beside
     * the statement; a blocking finding is never accepted.
     */
    public Optional<AcceptedRule> accepts(Finding finding) {
        if (finding.severity() == Severity.BLOCKING) {
            return Optional.empty();
        }
        return finding.accepted() != null
                ? Optional.of(new AcceptedRule(finding.rule(), finding.step(), finding.accepted()))
                : accept.stream().filter(each -> each.rule().equals(finding.rule())
                        && (each.step() == null || each.step().equals(finding.step()))).findFirst();
    }

    /**
     * Why a finding may stand: by the plan's author, or by a comment beside the statement; null where nobody says so.
     *
     * @param plan the plan that was judged, or null for a script, which has comments alone
     */
    public static @Nullable String reason(@Nullable PlanDocument plan, Finding finding) {
        return plan == null
                ? finding.accepted()
                : plan.accepts(finding).map(AcceptedRule::because).orElse(null);
    }

    /** All steps in running order. */
    public Stream<Step> steps() {
        return phases.stream().flatMap(phase -> phase.steps().stream());
    }

    /** The declared point of no return: the first step in running order that says so. */
    public Optional<Step> declaredPointOfNoReturn() {
        return steps().filter(Step::pointOfNoReturn).findFirst();
    }
}
