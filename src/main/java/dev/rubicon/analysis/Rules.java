package dev.rubicon.analysis;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.springframework.stereotype.Component;

/** All rules, to be read about. */
@Component
public class Rules {

    private final List<Rule> rules;

    Rules(List<Rule> rules) {
        this.rules = rules.stream().sorted(Comparator.comparing(rule -> rule.page().id())).toList();
    }

    /** The pages of all rules, by id. */
    public List<RulePage> all() {
        return rules.stream().map(Rule::page).toList();
    }

    /** The page of one rule. */
    public Optional<RulePage> find(String id) {
        return all().stream().filter(page -> page.id().equals(id)).findFirst();
    }

    <T extends Rule> List<T> of(Class<T> kind) {
        Predicate<Rule> wanted = kind::isInstance;
        return rules.stream().filter(wanted).map(kind::cast).toList();
    }
}
