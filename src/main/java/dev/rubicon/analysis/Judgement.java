package dev.rubicon.analysis;

import dev.rubicon.analysis.rules.Destruction;
import dev.rubicon.analysis.rules.Findings;
import dev.rubicon.analysis.rules.InlineAcceptance;
import dev.rubicon.analysis.rules.Judged;
import dev.rubicon.analysis.rules.JudgedPlan;
import dev.rubicon.analysis.rules.Rule;
import dev.rubicon.analysis.rules.Statements;
import dev.rubicon.analysis.rules.WholePlan;
import dev.rubicon.engine.Engine;
import dev.rubicon.engine.EngineMissing;
import dev.rubicon.engine.Engines;
import dev.rubicon.engine.Script;
import dev.rubicon.engine.facts.Draft;
import dev.rubicon.engine.facts.Examiner;
import dev.rubicon.engine.facts.Facts;
import dev.rubicon.engine.facts.Schema;
import dev.rubicon.plan.PlanText;
import dev.rubicon.plan.Verdict;
import dev.rubicon.registry.EngineKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The door: judges plans, and scripts that belong to none, without keeping anything. */
@Component
public class Judgement {

    private static final int PARSERS = 2;

    private final Engines engines;

    public Judgement(Engines engines) {
        this.engines = engines;
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
            String direction, Facts facts, Draft draft) {}

    /** Judges a plan. */
    public Analysis judge(PlanText text, Terms terms) {
        try {
            return judge(text, engines.of(text.document().engine()), terms);
        } catch (EngineMissing e) {
            // an engine that this server lacks leaves a plan without statements: it may be stored, and says so in a finding
            JudgedPlan plan = new JudgedPlan(text, List.of(), List.of(), Map.of(), Map.of(),
                    River.of(text.document(), Map.of()));
            return new Analysis(verdict(plan, new Findings(), terms), List.of());
        }
    }

    private static Analysis judge(PlanText text, Engine engine, Terms terms) {
        Findings findings = new Findings();
        List<Statements> statements = StatementReader.read(engine, text);
        PlanWalk walk = new PlanWalk(text.document(), statements, engine.examiner(start(terms), terms.serverVersion()),
                new Ruling(findings, terms, new WholePlan(text.document(), statements)));
        walk.walk();
        Map<String, String> destroyed = Destruction.of(text.document(), walk.judged());
        JudgedPlan plan = new JudgedPlan(text, statements, walk.judged(), walk.simulations(), destroyed,
                River.of(text.document(), destroyed));
        return new Analysis(verdict(plan, findings, terms), read(walk.judged()));
    }

    private static Verdict verdict(JudgedPlan plan, Findings findings, Terms terms) {
        Rules.of(Rule.OfPlan.class, terms.style()).forEach(rule -> rule.judge(plan, findings));
        accept(plan.statements(), findings, terms);
        Rules.of(Rule.OfFindings.class, terms.style()).forEach(rule -> rule.judge(plan, findings));
        return new Verdict(findings.all(), Risks.of(plan), plan.river());
    }

    /** What authors let stand in their comments. */
    private static void accept(List<Statements> statements, Findings findings, Terms terms) {
        List<InlineAcceptance> acceptances = InlineAcceptances.of(statements);
        findings.accept(acceptances);
        Rules.of(Rule.OfAcceptances.class, terms.style()).forEach(rule -> rule.judge(acceptances, findings));
    }

    /**
     * Judges scripts that belong to no plan, in the order in which they run: each sees the schema that those before it
     * left.
     *
     * @return one analysis for each script, in their order
     * @throws EngineMissing when this server has no grammar for the engine
     */
    public List<Analysis> judge(List<ScriptFile> files, EngineKind kind, Terms terms) {
        Engine engine = engines.of(kind);
        try (ExecutorService parsers = Executors.newFixedThreadPool(PARSERS)) {
            // read ahead: the next files are parsed while this one is judged
            List<Future<Script>> scripts = files.stream()
                    .map(file -> parsers.submit(() -> engine.parse(file.sql()))).toList();
            return judge(files, scripts, engine.examiner(start(terms), terms.serverVersion()), terms);
        }
    }

    private static List<Analysis> judge(List<ScriptFile> files, List<Future<Script>> scripts, Examiner examiner,
            Terms terms) {
        List<Analysis> analyses = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            Findings findings = new Findings();
            ScriptFile file = files.get(i);
            Rules.of(Rule.OfFile.class, terms.style()).forEach(rule -> rule.judge(file, files, findings));
            analyses.add(judge(file, parsed(scripts.get(i)), examiner, findings, terms));
            examiner.schema().forgetMade();
        }
        return analyses;
    }

    private static Script parsed(Future<Script> script) {
        try {
            return script.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while scripts were parsed", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("A script could not be parsed", e);
        }
    }

    private static Analysis judge(ScriptFile file, Script script, Examiner examiner, Findings findings, Terms terms) {
        Lines lines = new Lines(file.sql());
        Statements statements = new Statements(null, -1, null, file.direction(), Statements.Use.WORK,
                List.of(new Statements.Text(file.sql(), script, lines::place)));
        Ruling ruling = new Ruling(findings, terms, null);
        List<Judged> judged = ruling.walk(statements, examiner, file.inTransaction());
        accept(List.of(statements), findings, terms);
        return new Analysis(new Verdict(findings.all(), Map.of(0, Risks.of(judged)), null), read(judged));
    }

    private static Schema start(Terms terms) {
        Schema catalog = terms.catalog();
        return catalog == null ? Schema.open() : catalog.copy();
    }

    private static List<ReadStatement> read(List<Judged> judged) {
        return judged.stream().map(each -> new ReadStatement(each.statement().sql(), each.statement().kind().word(),
                each.place().line(), each.statement().transactional(), each.at().step(), each.at().direction(),
                each.facts(), each.draft())).toList();
    }
}
