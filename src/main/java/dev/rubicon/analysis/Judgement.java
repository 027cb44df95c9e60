package dev.rubicon.analysis;

import dev.rubicon.engine.Engine;
import dev.rubicon.engine.EngineMissing;
import dev.rubicon.engine.Engines;
import dev.rubicon.engine.Script;
import dev.rubicon.plan.Finding;
import dev.rubicon.plan.Place;
import dev.rubicon.plan.PlanText;
import dev.rubicon.plan.Verdict;
import dev.rubicon.registry.EngineKind;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The door: judges plans, and scripts that belong to none, without keeping anything. */
@Component
public class Judgement {

    private final Engines engines;
    private final Rules rules;

    Judgement(Engines engines, Rules rules) {
        this.engines = engines;
        this.rules = rules;
    }

    /**
     * What the analysis says, and what it read.
     *
     * @param statements the work of all steps, both directions; empty where this server has no grammar for the engine
     */
    public record Analysis(Verdict verdict, List<ReadStatement> statements) {}

    /**
     * One statement of the author's.
     *
     * @param step its step, or null for a script that belongs to no plan
     * @param kind {@code ddl}, {@code dml} or {@code other}
     * @param line from 1, in the submitted text
     */
    public record ReadStatement(String sql, String kind, int line, boolean transactional, @Nullable String step,
            String direction) {}

    /** Judges a plan. */
    public Analysis judge(PlanText text) {
        List<Statements> statements = statements(text);
        JudgedPlan plan = new JudgedPlan(text, statements, River.of(text.document()));
        Findings findings = new Findings();
        statements.forEach(each -> rules.of(Rule.OfStatements.class).forEach(rule -> rule.judge(each, findings)));
        rules.of(Rule.OfPlan.class).forEach(rule -> rule.judge(plan, findings));
        rules.of(Rule.OfFindings.class).forEach(rule -> rule.judge(plan, findings));
        List<Finding> found = findings.all();
        return new Analysis(new Verdict(found, Risks.of(plan), plan.river()), read(statements));
    }

    /** An engine that this server lacks leaves a plan without statements: it may be stored, and says so in a finding. */
    private List<Statements> statements(PlanText text) {
        try {
            return StatementReader.read(engines.of(text.document().engine()), text);
        } catch (EngineMissing e) {
            return List.of();
        }
    }

    /**
     * Judges a script that belongs to no plan.
     *
     * @throws EngineMissing when this server has no grammar for the engine
     */
    public Analysis judge(String sql, EngineKind kind) {
        Engine engine = engines.of(kind);
        Script script = engine.parse(sql);
        Statements statements = new Statements(null, -1, "forward", Statements.Use.WORK,
                List.of(new Statements.Text(script, offset -> place(sql, offset))));
        Findings findings = new Findings();
        rules.of(Rule.OfStatements.class).forEach(rule -> rule.judge(statements, findings));
        return new Analysis(new Verdict(findings.all(), Map.of(0, Risks.of(statements)), null),
                read(List.of(statements)));
    }

    private static Place place(String sql, int offset) {
        String before = sql.substring(0, Math.clamp(offset, 0, sql.length()));
        int line = (int) before.chars().filter(c -> c == '\n').count() + 1;
        return new Place(line, before.length() - before.lastIndexOf('\n'));
    }

    private static List<ReadStatement> read(List<Statements> statements) {
        return statements.stream().filter(each -> each.use() == Statements.Use.WORK)
                .flatMap(each -> each.all().map(located -> new ReadStatement(located.statement().sql(),
                        located.statement().kind().word(), located.place().line(), located.statement().transactional(),
                        each.step(), each.direction())))
                .toList();
    }
}
