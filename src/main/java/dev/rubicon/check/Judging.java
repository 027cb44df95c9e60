package dev.rubicon.check;

import dev.rubicon.analysis.Judgement;
import dev.rubicon.analysis.RulePage;
import dev.rubicon.analysis.Rules;
import dev.rubicon.analysis.ScriptFile;
import dev.rubicon.analysis.foreign.ForeignScript;
import dev.rubicon.check.Opinion.Remark;
import dev.rubicon.engine.Engines;
import dev.rubicon.plan.Finding;
import dev.rubicon.plan.PlanDocument;
import dev.rubicon.plan.PlanReader;
import dev.rubicon.plan.PlanText;
import dev.rubicon.plan.Severity;
import dev.rubicon.plan.Violation;
import dev.rubicon.problem.Problem;
import dev.rubicon.registry.EngineKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Puts the judgement together by hand, and asks it. */
final class Judging {

    /** What stands in place of a rule for a document that is no plan. */
    static final RulePage INVALID_PLAN = new RulePage("invalid-plan", "A plan that cannot be read", Severity.BLOCKING,
            "The document is not as the format of plans demands, so nothing of it is judged. The format is "
                    + "/schemas/plan-v1.json.",
            "phase: expnad\n", "phase: expand\n");

    private final Options options;
    private final Judgement judgement = new Judgement(Engines.standalone());

    Judging(Options options) {
        this.options = options;
    }

    /** All that can be found fault with. */
    static List<RulePage> rules() {
        return Stream.concat(new Rules().all().stream(), Stream.of(INVALID_PLAN))
                .sorted(Comparator.comparing(RulePage::id)).toList();
    }

    /** One opinion for each input, in their order. */
    List<Opinion> judge(List<Input> inputs) {
        // by identity: a text is long, and the same one may be named twice
        Map<Input, Opinion> opinions = new IdentityHashMap<>();
        inputs.forEach(input -> opinions.put(input, new Opinion(input, List.of(), 0)));
        List<Input> plans = inputs.stream().filter(Input::looksLikePlan).toList();
        if (!plans.isEmpty()) {
            PlanReader reader = PlanReader.standalone();
            plans.forEach(plan -> opinions.put(plan, plan(reader, plan)));
        }
        scripts(inputs.stream().filter(input -> !input.looksLikePlan()).toList(), opinions);
        return inputs.stream().map(opinions::get).filter(Objects::nonNull).toList();
    }

    private Opinion plan(PlanReader reader, Input input) {
        try {
            PlanText text = reader.read(input.text(), input.isJson() ? "application/json" : "application/yaml");
            Judgement.Analysis analysis = judgement.judge(text, options.terms());
            return new Opinion(input, remarks(analysis, text.document()).toList(), analysis.statements().size());
        } catch (Problem problem) {
            return new Opinion(input, violations(problem), 0);
        }
    }

    /** Forward files run first to last, and those that undo last to first: each over the schema that is there then. */
    private void scripts(List<Input> inputs, Map<Input, Opinion> opinions) {
        List<Piece> forward = new ArrayList<>();
        List<Piece> back = new ArrayList<>();
        for (Input input : inputs) {
            for (ForeignScript script : input.scripts()) {
                (script.rollback() ? back : forward).add(new Piece(input, script.file(options.inTransaction())));
            }
        }
        List<Piece> order = Stream.concat(forward.stream(), back.reversed().stream()).toList();
        List<Judgement.Analysis> analyses = judgement.judge(order.stream().map(Piece::file).toList(),
                EngineKind.POSTGRESQL, options.terms());
        for (int i = 0; i < order.size(); i++) {
            Judgement.Analysis analysis = analyses.get(i);
            opinions.computeIfPresent(order.get(i).input(), (input, before) -> new Opinion(input,
                    Stream.concat(before.remarks().stream(), remarks(analysis, null)).sorted(BY_PLACE).toList(),
                    before.statements() + analysis.statements().size()));
        }
    }

    private record Piece(Input input, ScriptFile file) {}

    private static final Comparator<Remark> BY_PLACE = Comparator.<Remark>comparingInt(each -> each.finding().line())
            .thenComparingInt(each -> each.finding().column());

    private Stream<Remark> remarks(Judgement.Analysis analysis, @Nullable PlanDocument plan) {
        return analysis.verdict().findings().stream().filter(finding -> options.wants(finding.rule()))
                .map(finding -> new Remark(finding, PlanDocument.reason(plan, finding)));
    }

    private static List<Remark> violations(Problem problem) {
        Map<String, Object> facts = problem.getBody().getProperties();
        if (facts == null || !(facts.get("violations") instanceof List<?> violations)) {
            return List.of(invalid(1, 1, String.valueOf(problem.getMessage())));
        }
        return violations.stream().filter(Violation.class::isInstance).map(Violation.class::cast)
                .map(each -> invalid(each.line(), each.column(), each.message())).toList();
    }

    private static Remark invalid(int line, int column, String message) {
        String id = Integer.toHexString((line + ":" + column + message).hashCode());
        return new Remark(new Finding(id, INVALID_PLAN.id(), INVALID_PLAN.severity(), null, "forward", line, column,
                message, INVALID_PLAN.why(), null), null);
    }
}
