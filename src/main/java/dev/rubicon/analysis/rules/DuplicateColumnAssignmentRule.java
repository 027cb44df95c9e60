package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Column;
import dev.rubicon.plan.Severity;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A column named twice where once is allowed. */
final class DuplicateColumnAssignmentRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("duplicate-column-assignment",
            "A column named twice where once is allowed", Severity.BLOCKING,
            "PostgreSQL refuses the statement: a column can be given one value, and a table can have it "
                    + "once.",
            """
            UPDATE users SET name = 'a', name = 'b';
            """, """
            UPDATE users SET name = 'a', nick = 'b';
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        judged.actions()
                .forEach(action -> twice(named(action)).filter(name -> whole(judged, action, name))
                        .forEach(name -> findings.add(PAGE, judged,
                                "Column " + Sql.quote(name) + " is named twice; PostgreSQL refuses the statement",
                                null)));
    }

    /** Fields and elements of one column may be inserted side by side: {@code INSERT INTO k (a.x, a.y)}. */
    private static boolean whole(Judged judged, Action action, String name) {
        return !(action instanceof Action.Insert)
                || !Pattern.compile(Pattern.quote(name) + "\"?\\s*[.\\[]", Pattern.CASE_INSENSITIVE)
                        .matcher(judged.statement().sql()).find();
    }

    private static Stream<List<String>> named(Action action) {
        return switch (action) {
            case Action.Update update -> Stream.of(assigned(update.assignments()));
            case Action.Insert insert -> Stream.of(insert.columns(), assigned(insert.onConflict()));
            case Action.CreateTable create -> Stream.of(create.columns().stream().map(Column::name).toList());
            default -> Stream.empty();
        };
    }

    private static List<String> assigned(List<Action.Assignment> assignments) {
        return assignments.stream().map(Action.Assignment::column).toList();
    }

    private static Stream<String> twice(Stream<List<String>> lists) {
        return lists.flatMap(names -> {
            Set<String> seen = new HashSet<>();
            return names.stream().filter(name -> !seen.add(name)).distinct();
        });
    }
}
