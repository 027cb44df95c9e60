package dev.rubicon.analysis;

import dev.rubicon.analysis.Judgement.Analysis;
import dev.rubicon.analysis.Judgement.ReadStatement;
import dev.rubicon.plan.Finding;
import dev.rubicon.plan.Severity;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a catalog changed in the judgement of a text: the second pass contradicts the first one never without saying so.
 *
 * @param rule the rule whose finding came, went or changed
 * @param line of the finding, from 1
 * @param was by the text alone, or null where there was no finding
 * @param is with the catalog, or null where the finding is gone
 * @param because what the catalog says about the statement, a sentence
 */
public record Learned(String rule, @Nullable String step, String direction, int line, @Nullable Severity was,
        @Nullable Severity is, String because) {

    private static final String NO_REASON = "the catalog of the target decides it";

    private record Key(String rule, @Nullable String step, String direction, int line, int column) {

        static Key of(Finding finding) {
            return new Key(finding.rule(), finding.step(), finding.direction(), finding.line(), finding.column());
        }
    }

    /** The differences in the order of the text. */
    static List<Learned> between(Analysis text, Analysis catalog) {
        Map<Key, Severity> was = severities(text.verdict().findings());
        Map<Key, Severity> is = severities(catalog.verdict().findings());
        Set<Key> keys = new LinkedHashSet<>(was.keySet());
        keys.addAll(is.keySet());
        List<Learned> learned = new ArrayList<>();
        for (Key key : keys) {
            if (was.get(key) != is.get(key)) {
                learned.add(new Learned(key.rule, key.step, key.direction, key.line, was.get(key), is.get(key),
                        reason(key, catalog.statements())));
            }
        }
        learned.sort(java.util.Comparator.comparingInt(Learned::line));
        return learned;
    }

    private static Map<Key, Severity> severities(Collection<Finding> findings) {
        Map<Key, Severity> severities = new LinkedHashMap<>();
        findings.forEach(finding -> severities.merge(Key.of(finding), finding.severity(),
                (one, other) -> one.compareTo(other) > 0 ? one : other));
        return severities;
    }

    private static String reason(Key key, List<ReadStatement> statements) {
        Optional<ReadStatement> statement = statements.stream()
                .filter(each -> Objects.equals(each.step(), key.step) && each.direction().equals(key.direction)
                        && each.line() <= key.line)
                .reduce((one, later) -> later);
        String told = statement.map(each -> String.join("; ", each.facts().learned())).orElse("");
        return told.isEmpty() ? NO_REASON : told;
    }
}
