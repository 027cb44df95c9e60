package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Action.CreateIndex;
import dev.rubicon.engine.facts.Constraint;
import dev.rubicon.plan.Severity;
import java.util.List;
import java.util.stream.Stream;

/** An index over many columns. */
final class IndexTooWideRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("index-too-wide",
            "An index over many columns", Severity.WARNING, RulePage.Group.STYLE,
            "Columns behind the first ones seldom narrow a search further, but every write pays for them and the index "
                    + "stays in less memory.",
            """
            CREATE INDEX CONCURRENTLY users_search_idx ON users (country, city, street, house);
            """, """
            CREATE INDEX CONCURRENTLY users_search_idx ON users (city, street);
            """);
    private static final int MANY = 3;
    private static final int MANY_OF_A_KEY = 5;

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        judged.actions(CreateIndex.class)
                .filter(index -> index.columns().size() > (index.unique() ? MANY_OF_A_KEY : MANY))
                .forEach(index -> {
                    List<String> fewer = index.columns().subList(0, 2);
                    findings.add(PAGE, judged, "The index on " + index.table() + " has " + index.columns().size()
                            + " columns: " + Sentences.list(index.columns()),
                            index.unique()
                                    ? null
                                    : "CREATE INDEX CONCURRENTLY " + new IndexText(index, "").name().name() + " ON "
                                            + index.table().sql() + " " + SafeForms.columns(fewer) + ";");
                });
        judged.actions().stream().flatMap(IndexTooWideRule::keys).filter(key -> key.columns().size() > MANY_OF_A_KEY)
                .forEach(key -> findings.add(PAGE, judged, "The " + key.kind().word() + " has " + key.columns().size()
                        + " columns: " + Sentences.list(key.columns()), null));
    }

    private static Stream<Constraint> keys(Action action) {
        Stream<Constraint> all = switch (action) {
            case Action.CreateTable create -> create.constraints().stream();
            case Action.AddConstraint add -> Stream.of(add.constraint());
            default -> Stream.empty();
        };
        return all.filter(each -> each.kind() == Constraint.Kind.PRIMARY_KEY || each.kind() == Constraint.Kind.UNIQUE);
    }
}
