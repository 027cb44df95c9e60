package dev.rubicon.engine.postgres;

import dev.rubicon.engine.Script;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Expression;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Expressions of a catalog, read by the same grammar as an author's. Thousands of columns share a few defaults, so each
 * text is parsed once, and many in one script.
 */
final class CatalogExpressions {

    private static final int AT_ONCE = 500;
    private static final String BEFORE = "ALTER TABLE t ADD CHECK (";
    private static final String BEHIND = "\n)";

    private final Scripts scripts;
    private final Map<String, Expression> known = new HashMap<>();

    CatalogExpressions(Scripts scripts) {
        this.scripts = scripts;
    }

    void parse(CatalogRows rows) {
        Set<String> texts = new LinkedHashSet<>();
        rows.columns().forEach(each -> Optional.ofNullable(each.defaultText()).ifPresent(texts::add));
        rows.constraints().stream().filter(each -> each.kind().equals("c")).forEach(each -> texts.add(check(each)));
        rows.domainChecks().stream().filter(each -> each.kind().equals("c")).forEach(each -> texts.add(check(each)));
        List<String> all = new ArrayList<>(texts);
        for (int from = 0; from < all.size(); from += AT_ONCE) {
            parse(all.subList(from, Math.min(from + AT_ONCE, all.size())));
        }
    }

    private void parse(List<String> texts) {
        Script script = scripts.read(texts.stream().collect(Collectors.joining(BEHIND + ";" + BEFORE, BEFORE, BEHIND)));
        if (script.errors().isEmpty() && script.statements().size() == texts.size()) {
            for (int i = 0; i < texts.size(); i++) {
                keep(texts.get(i), script.statements().get(i));
            }
        } else if (texts.size() > 1) {
            // words of a newer server than the grammar's; they cost only their own text
            texts.forEach(each -> parse(List.of(each)));
        }
    }

    private void keep(String text, Script.Statement statement) {
        if (statement.actions().getFirst() instanceof Action.AddConstraint add && add.constraint().check() != null) {
            known.put(text, add.constraint().check());
        }
    }

    /** The expression of a CHECK, as the server prints the constraint. */
    static String check(CatalogRows.ConstraintRow row) {
        String text = row.text();
        return text.substring(text.indexOf('(') + 1, text.lastIndexOf(')'));
    }

    /** One that cannot be read reads nothing and is no constant: nothing is concluded from it. */
    Expression of(String text) {
        return known.getOrDefault(text, new Expression(text, Set.of(), List.of(), false, Set.of()));
    }

    @Nullable
    Expression ofNullable(@Nullable String text) {
        return text == null ? null : of(text);
    }
}
