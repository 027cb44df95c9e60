package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.plan.Finding;
import dev.rubicon.plan.Place;
import dev.rubicon.plan.Severity;
import dev.rubicon.plan.Step;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Gathers what the rules find. */
public final class Findings {

    private final List<Finding> found = new ArrayList<>();
    private final Map<String, Integer> alike = new HashMap<>();

    /** A finding at a statement, of the rule's own severity. */
    public void add(RulePage rule, Judged judged, String message, @Nullable String safeForm) {
        add(rule, rule.severity(), judged, message, safeForm);
    }

    /** A finding at a statement that weighs less, or more, than the rule's findings do otherwise. */
    public void add(RulePage rule, Severity severity, Judged judged, String message, @Nullable String safeForm) {
        keep(rule, severity, judged.at().step(), judged.at().direction(), judged.place(), message, safeForm);
    }

    public void add(RulePage rule, Statements at, Place place, String message, @Nullable String safeForm) {
        keep(rule, rule.severity(), at.step(), at.direction(), place, message, safeForm);
    }

    public void add(RulePage rule, Step step, String direction, Place place, String message,
            @Nullable String safeForm) {
        keep(rule, rule.severity(), step.name(), direction, place, message, safeForm);
    }

    /** A finding at a step that weighs less, or more, than the rule's findings do otherwise. */
    public void add(RulePage rule, Severity severity, Step step, String direction, Place place, String message,
            @Nullable String safeForm) {
        keep(rule, severity, step.name(), direction, place, message, safeForm);
    }

    /** A finding at no single step. */
    public void addToPlan(RulePage rule, Place place, String message, @Nullable String safeForm) {
        keep(rule, rule.severity(), null, "forward", place, message, safeForm);
    }

    private void keep(RulePage rule, Severity severity, @Nullable String step, String direction, Place place,
            String message, @Nullable String safeForm) {
        String id = hash(rule.id(), step == null ? "" : step, direction, message);
        int number = alike.merge(id, 1, Integer::sum);
        found.add(new Finding(number == 1 ? id : id + "-" + number, rule.id(), severity, step, direction,
                place.line(), place.column(), message, rule.why(), safeForm));
    }

    /** Lets those found so far stand of which the author said so, each with the reason; they stay in the list. */
    public void accept(List<InlineAcceptance> acceptances) {
        acceptances.forEach(each -> found.replaceAll(finding -> finding.accepted() == null && each.accepts(finding)
                ? finding.accepted(each.reason())
                : finding));
    }

    /** All so far, in the order of the text, the gravest first where several are at one place. */
    public List<Finding> all() {
        return found.stream().sorted(Comparator.comparingInt(Finding::line).thenComparingInt(Finding::column)
                .thenComparing(Finding::severity, Comparator.reverseOrder())).toList();
    }

    /** The same judgement of the same text has the same id, so that an acceptance stays with it. */
    private static String hash(String... parts) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest(String.join("\0", parts).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
