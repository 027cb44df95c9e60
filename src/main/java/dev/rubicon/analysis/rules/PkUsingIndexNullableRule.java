package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Action.AddConstraint;
import dev.rubicon.engine.facts.Constraint.Kind;
import dev.rubicon.engine.facts.Schema.ColumnState;
import dev.rubicon.engine.facts.Schema.Index;
import dev.rubicon.plan.Severity;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** A primary key over an index whose columns may be null. */
final class PkUsingIndexNullableRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("pk-using-index-nullable",
            "A primary key over an index whose columns may be null", Severity.ERROR,
            "The index is there, but a primary key makes its columns NOT NULL, and for that the whole table is read under "
                    + "ACCESS EXCLUSIVE, unless they are NOT NULL already or a valid CHECK proves it.",
            """
            CREATE UNIQUE INDEX CONCURRENTLY users_pkey ON users (id);
            ALTER TABLE users ADD CONSTRAINT users_pkey PRIMARY KEY USING INDEX users_pkey;
            """, """
            ALTER TABLE users ADD CONSTRAINT users_id_not_null CHECK (id IS NOT NULL) NOT VALID;
            ALTER TABLE users VALIDATE CONSTRAINT users_id_not_null;
            CREATE UNIQUE INDEX CONCURRENTLY users_pkey ON users (id);
            ALTER TABLE users ADD CONSTRAINT users_pkey PRIMARY KEY USING INDEX users_pkey;
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public Set<Class<? extends Action>> about() {
        return Set.of(AddConstraint.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        judged.actions(AddConstraint.class)
                .filter(add -> add.constraint().kind() == Kind.PRIMARY_KEY && !Ground.quiet(judged, add.table()))
                .forEach(add -> {
                    String index = add.constraint().usingIndex();
                    if (index != null) {
                        judge(judged, add, index, findings);
                    }
                });
    }

    private static void judge(Judged judged, AddConstraint add, String index, Findings findings) {
        List<String> columns = judged.schema().index(add.table().sibling(index)).map(Index::columns).orElse(List.of());
        List<String> open = columns.stream().filter(each -> !NotNullProof.proved(judged, add.table(), each)).toList();
        if (!columns.isEmpty() && open.isEmpty()) {
            return;
        }
        boolean nullable = open.stream().anyMatch(column -> nullable(judged, add, column));
        String what = open.isEmpty() ? "the columns of " + index : Sentences.list(open);
        findings.add(PAGE, nullable ? Ground.weigh(judged, add.table(), Severity.ERROR) : Severity.WARNING, judged,
                "The primary key over " + index + " makes " + what + " NOT NULL"
                        + (nullable ? "" : ", and nothing here says that it is so already")
                        + ": " + (nullable ? "" : "if not, ") + Ground.named(judged, add.table())
                        + " is read as a whole under ACCESS EXCLUSIVE, and reads and writes wait",
                safeForm(judged, add, open));
    }

    private static boolean nullable(Judged judged, AddConstraint add, String column) {
        return judged.schema().relation(add.table()).map(each -> each.columns().get(column))
                .map(ColumnState::notNull).filter(Boolean.FALSE::equals).isPresent();
    }

    private static String safeForm(Judged judged, AddConstraint add, List<String> open) {
        return open.stream().map(column -> SafeForms.notNull(judged, add.table(), column) + "\n")
                .collect(Collectors.joining()) + Sql.alter(add.table(), "ADD " + add.constraint().sql());
    }
}
