package dev.rubicon.analysis;

import dev.rubicon.analysis.rules.Rule;
import dev.rubicon.engine.facts.Action;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Which rules a statement is shown to: of a hundred, the few that are about what it does. To ask them all takes longer
 * than what they find.
 */
final class Audience {

    private final List<Rule.OfStatement> rules;
    private final Map<Class<?>, List<Rule.OfStatement>> known = new ConcurrentHashMap<>();

    Audience(List<Rule.OfStatement> rules) {
        this.rules = rules;
    }

    /** In the order of the rules. */
    List<Rule.OfStatement> of(List<Action> actions) {
        if (actions.size() == 1) {
            return known.computeIfAbsent(actions.getFirst().getClass(), kind -> select(Set.of(kind)));
        }
        return select(actions.stream().map(Action::getClass).collect(Collectors.toSet()));
    }

    private List<Rule.OfStatement> select(Set<Class<?>> kinds) {
        return rules.stream().filter(rule -> hears(rule, kinds)).toList();
    }

    private static boolean hears(Rule.OfStatement rule, Set<Class<?>> kinds) {
        Set<Class<? extends Action>> about = rule.about();
        // one that wants all sees even a statement of which nothing is known
        return about.contains(Action.class)
                || about.stream().anyMatch(wanted -> kinds.stream().anyMatch(wanted::isAssignableFrom));
    }
}
