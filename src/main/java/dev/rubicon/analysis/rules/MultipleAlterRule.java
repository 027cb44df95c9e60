package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.plan.Severity;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** One table altered by several statements. */
final class MultipleAlterRule implements Rule.OfScript {

    private static final RulePage PAGE = new RulePage("multiple-alter-same-table",
            "One table altered by several statements", Severity.INFO,
            "Each ALTER TABLE waits for its lock anew. Changes that need no scan can stand in one statement. VALIDATE and "
                    + "SET NOT NULL are better alone: they would read the whole table under the lock of the others.",
            """
            ALTER TABLE users ADD COLUMN region text;
            ALTER TABLE users ADD COLUMN language text;
            """, """
            ALTER TABLE users ADD COLUMN region text, ADD COLUMN language text;
            """);
    private static final Pattern ALTER = Pattern
            .compile("(?is)\\s*ALTER\\s+TABLE\\s+(?:IF\\s+EXISTS\\s+)?(?:ONLY\\s+)?(?:\"[^\"]+\"|[^\\s\".]+)"
                    + "(?:\\.(?:\"[^\"]+\"|[^\\s\".]+))?\\s+");

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public void judge(Statements statements, List<Judged> judged, Findings findings) {
        Map<QualifiedName, List<Judged>> altered = new LinkedHashMap<>();
        judged.stream().filter(MultipleAlterRule::mergeable).forEach(each -> altered
                .computeIfAbsent(table(each).resolved(), name -> new ArrayList<>()).add(each));
        altered.values().stream().filter(each -> each.size() > 1)
                .forEach(each -> findings.add(PAGE, each.get(1), "The script alters " + table(each.get(1))
                        + " in " + each.size() + " statements, each of which waits for its lock anew", merged(each)));
    }

    private static boolean mergeable(Judged judged) {
        return judged.statement().node().equals("AlterTableStmt") && !judged.actions().isEmpty()
                && judged.actions().stream().allMatch(action -> switch (action) {
                    case Action.ValidateConstraint validate -> false;
                    case Action.SetNotNull set -> false;
                    case Action.AttachPartition attach -> false;
                    case Action.DetachPartition detach -> false;
                    case Action.AttachIndex attach -> false;
                    case Action.AddConstraint add ->
                        add.constraint().notValid() || add.constraint().usingIndex() != null;
                    case Action.OnTable other -> true;
                    default -> false;
                }) && Held.existing(judged, table(judged)) && !Held.slow(judged);
    }

    private static QualifiedName table(Judged judged) {
        return ((Action.OnTable) judged.actions().getFirst()).table();
    }

    private static String merged(List<Judged> statements) {
        List<String> parts = new ArrayList<>();
        for (Judged each : statements) {
            Matcher head = ALTER.matcher(each.statement().sql());
            parts.add(head.lookingAt() ? each.statement().sql().substring(head.end()) : each.statement().sql());
        }
        return "ALTER TABLE " + table(statements.getFirst()).sql()
                + parts.stream().map(part -> "\n    " + part).collect(Collectors.joining(",")) + ";";
    }
}
