package dev.rubicon.analysis;

import dev.rubicon.analysis.rules.JudgedPlan;
import dev.rubicon.analysis.rules.Statements;
import dev.rubicon.engine.Script;
import dev.rubicon.plan.DataLoss;
import dev.rubicon.plan.Phase;
import dev.rubicon.plan.Step;
import dev.rubicon.plan.Verdict;
import dev.rubicon.plan.Verdict.Level;
import dev.rubicon.plan.Work;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How much can go wrong in each phase, with a sentence for each reason. High: the river is crossed or behind, something is
 * dropped or emptied, renamed, or rewritten. Medium: rows are changed, writes are blocked while an index is built, or
 * going back would lose what was written since. All else is low.
 */
final class Risks {

    private static final Pattern SAID = Pattern.compile("--[^\\n]*|/\\*.*?\\*/|'[^']*'", Pattern.DOTALL);
    private static final Map<Pattern, String> HIGH = Map.of(
            words("DROP\\s+(TABLE|SCHEMA|DATABASE|TYPE|SEQUENCE|MATERIALIZED)"), "drops what may still be in use",
            words("ALTER\\s+TABLE\\b.*\\bDROP\\s+(?!CONSTRAINT|NOT|DEFAULT|EXPRESSION|IDENTITY)(COLUMN\\s+)?\\S+"),
            "drops a column", words("TRUNCATE"), "empties a table",
            words("RENAME\\s+(COLUMN\\s+\\S+\\s+)?TO"), "renames what running code names",
            words("ALTER\\s+(COLUMN\\s+)?\\S+\\s+(SET\\s+DATA\\s+)?TYPE"), "may rewrite a whole table under a lock");
    private static final Pattern BLOCKING_INDEX = words("CREATE\\s+(UNIQUE\\s+)?INDEX\\s+(?!CONCURRENTLY)");

    private static final int LONGEST = 20_000;

    private Level level = Level.LOW;
    private final List<String> reasons = new ArrayList<>();

    private Risks() {}

    static Map<Integer, Verdict.Risk> of(JudgedPlan plan) {
        Map<Integer, Verdict.Risk> risks = new LinkedHashMap<>();
        for (Phase phase : plan.document().phases()) {
            Risks risk = new Risks();
            risk.river(plan.river(), phase);
            phase.steps().forEach(risk::step);
            plan.statements().stream().filter(each -> each.phase() == phase.index()).forEach(risk::statements);
            risks.put(phase.index(), risk.risk());
        }
        return risks;
    }

    static Verdict.Risk of(Statements script) {
        Risks risk = new Risks();
        risk.statements(script);
        return risk.risk();
    }

    private Verdict.Risk risk() {
        return new Verdict.Risk(level, reasons.stream().distinct().toList());
    }

    private void river(Verdict.@Nullable PointOfNoReturn river, Phase phase) {
        if (river != null && phase.index() >= river.phase()) {
            raise(Level.HIGH, phase.index() == river.phase()
                    ? "Step " + river.step() + " is the point of no return"
                    : "The phase lies behind the point of no return");
        }
    }

    private void step(Step step) {
        if (step.work() instanceof Work.Backfill backfill) {
            raise(Level.MEDIUM, "Step " + step.name() + (backfill.delete() ? " deletes" : " changes") + " many rows of "
                    + backfill.table());
        }
        if (step.work() instanceof Work.DynamoDb) {
            raise(Level.MEDIUM, "Step " + step.name() + " cannot be judged by a grammar");
        }
        if (step.rollback().loss() == DataLoss.NEW_WRITES) {
            raise(Level.MEDIUM, "Going back over step " + step.name() + " loses what was written since");
        }
    }

    private void statements(Statements statements) {
        if (statements.use() == Statements.Use.WORK && statements.direction().equals("forward")) {
            statements.all().forEach(located -> statement(statements.subject(), located.statement()));
        }
    }

    private void statement(String subject, Script.Statement statement) {
        String sql = SAID.matcher(beginning(statement.sql())).replaceAll(" ");
        if (statement.kind() == Script.StatementKind.DML) {
            raise(Level.MEDIUM, subject + " changes rows in one transaction");
        } else if (BLOCKING_INDEX.matcher(sql).find()) {
            raise(Level.MEDIUM, subject + " builds an index and blocks writes meanwhile");
        }
        HIGH.forEach((pattern, does) -> {
            if (pattern.matcher(sql).find()) {
                raise(Level.HIGH, subject + " " + does);
            }
        });
    }

    /** A change of the schema says what it is in its first words; a long body is not searched. */
    private static String beginning(String sql) {
        return sql.substring(0, Math.min(sql.length(), LONGEST));
    }

    private void raise(Level to, String reason) {
        level = level.compareTo(to) < 0 ? to : level;
        reasons.add(reason);
    }

    private static Pattern words(String expression) {
        return Pattern.compile("\\b" + expression, Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    }
}
