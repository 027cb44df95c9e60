package dev.rubicon.analysis;

import dev.rubicon.analysis.rules.Catalogue;
import dev.rubicon.analysis.rules.Rule;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/** All rules, to be read about. */
@Component
public class Rules {

    private static final Map<Wanted, List<Rule>> OF = new ConcurrentHashMap<>();
    private static final Audience SAFETY = new Audience(of(Rule.OfStatement.class, false));
    private static final Audience EVERYBODY = new Audience(of(Rule.OfStatement.class, true));

    private record Wanted(Class<? extends Rule> kind, boolean style) {}

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

    /** The rules of one kind, in their order. */
    static <T extends Rule> List<T> of(Class<T> kind, boolean style) {
        // asked for each file: there is no need to look through all rules each time
        return OF.computeIfAbsent(new Wanted(kind, style), Rules::select).stream().map(kind::cast).toList();
    }

    /** The rules over statements, to be asked for those that a statement is shown to. */
    static Audience audience(boolean style) {
        return style ? EVERYBODY : SAFETY;
    }

    private static List<Rule> select(Wanted wanted) {
        return Catalogue.ALL.stream().filter(rule -> wanted.kind().isInstance(rule)
                && (wanted.style() || rule.page().group() == RulePage.Group.SAFETY)).toList();
    }
}
