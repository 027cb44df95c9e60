package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.Script;
import dev.rubicon.plan.Severity;
import java.util.regex.Pattern;

/** IF NOT EXISTS on a concurrent index build. */
final class ConcurrentIfNotExistsRule implements Rule.OfStatements {

    private static final RulePage PAGE = new RulePage("concurrent-if-not-exists",
            "IF NOT EXISTS on a concurrent index build", Severity.WARNING,
            "A concurrent build that failed leaves an invalid index of that name, and IF NOT EXISTS then "
                    + "keeps it silently: the index is there, costs writes, and serves no query. Rubicon itself "
                    + "looks whether the index is there and valid.",
            """
            CREATE INDEX CONCURRENTLY IF NOT EXISTS users_email ON users (email);
            """, """
            CREATE INDEX CONCURRENTLY users_email ON users (email);
            """);
    private static final Pattern IF_NOT_EXISTS = Pattern.compile("\\s+IF\\s+NOT\\s+EXISTS\\s+",
            Pattern.CASE_INSENSITIVE);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public void judge(Statements statements, Findings findings) {
        statements.all().forEach(each -> {
            Script.ConcurrentIndex index = each.statement().concurrentIndex();
            if (index != null && index.ifExists() && index.action() == Script.ConcurrentIndex.Action.CREATE) {
                findings.add(PAGE, statements, each.place(), statements.subject()
                        + " would keep an invalid index" + (index.name() == null ? "" : " " + index.name()),
                        IF_NOT_EXISTS.matcher(each.statement().sql()).replaceFirst(" "));
            }
        });
    }
}
