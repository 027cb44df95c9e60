package dev.rubicon.web.pages;

import dev.rubicon.analysis.Judgement.ReadStatement;
import dev.rubicon.engine.facts.Draft;
import dev.rubicon.plan.DataLoss;
import dev.rubicon.plan.Step;
import dev.rubicon.plan.Work;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The rollback that Rubicon would write for a step, where the author wrote another or none.
 *
 * @param sql the statements in the order in which they go back; empty where there is no way back
 * @param why for each statement that cannot be undone, why
 * @param loses what they would lose, in words
 */
record Drafted(List<SqlToken> sql, List<String> why, String loses, @Nullable List<SqlToken> lossQuery,
        List<String> windows) {

    /** Null where the step is no SQL, Rubicon wrote it anyway, or the author wrote the same. */
    static @Nullable Drafted of(Step step, List<ReadStatement> statements) {
        List<Draft> drafts = statements.stream().filter(each -> each.direction().equals("forward"))
                .map(ReadStatement::draft).toList().reversed();
        if (!(step.work() instanceof Work.Sql) || drafts.isEmpty() || step.generatedFor() != null) {
            return null;
        }
        String sql = drafts.stream().map(Draft::sql).filter(Objects::nonNull).collect(Collectors.joining("\n"));
        List<String> why = drafts.stream().filter(draft -> draft.sql() == null).map(Draft::why).distinct().toList();
        if (plain(sql).equals(plain(step.rollback().text()))) {
            return null;
        }
        DataLoss loss = drafts.stream().map(Draft::loss).max(Comparator.naturalOrder()).orElse(DataLoss.NONE);
        String query = drafts.stream().map(Draft::lossQuery).filter(Objects::nonNull)
                .collect(Collectors.joining(";\n"));
        return new Drafted(SqlToken.of(sql), why, WayBack.loses(loss), query.isEmpty() ? null : SqlToken.of(query),
                drafts.stream().map(Draft::window).filter(Objects::nonNull).distinct().toList());
    }

    private static String plain(String sql) {
        return sql.replaceAll("[\\s;\"]+", " ").strip().toLowerCase(java.util.Locale.ROOT);
    }
}
