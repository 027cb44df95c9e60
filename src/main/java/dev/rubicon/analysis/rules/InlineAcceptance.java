package dev.rubicon.analysis.rules;

import dev.rubicon.plan.Finding;
import dev.rubicon.plan.Place;
import dev.rubicon.plan.Severity;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A comment of the author's by which findings may stand: {@code -- rubicon:accept <rule-id> <reason>} for one statement,
 * {@code -- rubicon:accept-file <rule-id> <reason>} for a whole text.
 *
 * @param at the step and direction, or the script
 * @param rule empty where none is named
 * @param reason empty where none is given; then nothing is accepted
 * @param place of the comment
 * @param from where the statement begins that it speaks of, or null where there is none
 * @param to where that ends
 */
public record InlineAcceptance(Statements at, String rule, String reason, Place place, @Nullable Place from,
        @Nullable Place to) {

    /** Whether it speaks of the finding, whatever that weighs. */
    public boolean meets(Finding finding) {
        return finding.rule().equals(rule) && Objects.equals(finding.step(), at.step())
                && finding.direction().equals(at.direction()) && from != null && to != null
                && !before(finding, from) && before(finding, to);
    }

    /** Whether the finding may stand by its word. A blocking one may not. */
    public boolean accepts(Finding finding) {
        return !reason.isEmpty() && finding.severity() != Severity.BLOCKING && meets(finding);
    }

    private static boolean before(Finding finding, Place place) {
        return finding.line() < place.line() || (finding.line() == place.line() && finding.column() < place.column());
    }
}
