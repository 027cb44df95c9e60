package dev.rubicon.analysis;

import dev.rubicon.analysis.rules.Catalogue;
import dev.rubicon.analysis.rules.Rule;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.springframework.stereotype.Component;

/** All rules, to be read about. */
@Component
public class Rules {

    /** The pages of all rules, by id. */
    public List<RulePage> all() {
        return Catalogue.ALL.stream().map(Rule::page).sorted(Comparator.comparing(RulePage::id)).toList();
    }

    /** The pages of all rules by topic, each topic's by id. */
    public Map<String, List<RulePage>> topics() {
        Map<String, List<RulePage>> topics = new LinkedHashMap<>();
        Catalogue.TOPICS.forEach((topic, rules) -> topics.put(topic,
                rules.stream().map(Rule::page).sorted(Comparator.comparing(RulePage::id)).toList()));
        return topics;
    }

    /** The page of one rule. */
    public Optional<RulePage> find(String id) {
        return all().stream().filter(page -> page.id().equals(id)).findFirst();
    }

    static <T extends Rule> List<T> of(Class<T> kind, boolean style) {
        Predicate<Rule> wanted = rule -> kind.isInstance(rule)
                && (style || rule.page().group() == RulePage.Group.SAFETY);
        return Catalogue.ALL.stream().filter(wanted).map(kind::cast).toList();
    }
}
