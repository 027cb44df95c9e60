package dev.rubicon.analysis;

import dev.rubicon.analysis.rules.Statements;
import dev.rubicon.analysis.rules.Statements.Text;
import dev.rubicon.analysis.rules.Statements.Use;
import dev.rubicon.engine.Engine;
import dev.rubicon.plan.Phase;
import dev.rubicon.plan.PlanText;
import dev.rubicon.plan.Rollback;
import dev.rubicon.plan.Step;
import dev.rubicon.plan.Verification;
import dev.rubicon.plan.Work;
import dev.rubicon.plan.WorkText;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Has every piece of SQL in a plan read by the grammar of its engine, and remembers where it stands. */
final class StatementReader {

    /** What a piece is put between, to be read as a statement; the break ends a comment at its end. */
    private static final String BEFORE_EXPRESSION = "SELECT (";
    private static final String BEFORE_ELEMENT = "CREATE INDEX ON t (";
    private static final String BEHIND_PIECE = "\n)";

    private final Engine engine;
    private final PlanText text;
    private final List<Statements> found = new ArrayList<>();

    private StatementReader(Engine engine, PlanText text) {
        this.engine = engine;
        this.text = text;
    }

    static List<Statements> read(Engine engine, PlanText text) {
        StatementReader reader = new StatementReader(engine, text);
        text.document().phases().forEach(phase -> phase.steps().forEach(step -> reader.step(phase, step)));
        return reader.found;
    }

    private void step(Phase phase, Step step) {
        At forward = new At(step.name(), phase, "forward");
        At back = new At(step.name(), phase, "rollback");
        String rollback = step.pointer() + "/rollback";
        work(forward, step.work(), step.pointer());
        switch (step.rollback().way()) {
            case Rollback.Reverse reverse -> work(back, reverse.sql(), rollback);
            case Rollback.Forward corrective -> work(back, corrective.work(), rollback + "/forward");
            case Rollback.Nothing nothing -> {}
            case Rollback.Impossible impossible -> {}
        }
        query(back, step.rollback().lossQuery(), rollback + "/lossQuery");
        queries(forward, step.before(), step.pointer() + "/before");
        boolean check = step.work() instanceof Work.Check;
        queries(forward, step.verify(), step.pointer() + (check ? "/check" : "/verify"));
    }

    /** Where statements belong. */
    private record At(String step, Phase phase, String direction) {
        Statements with(Use use, List<Text> texts) {
            return new Statements(step, phase.index(), phase.kind(), direction, use, texts);
        }
    }

    private void work(At at, Work work, String pointer) {
        switch (work) {
            case Work.Sql sql -> found.add(at.with(Use.WORK, scripts(sql, pointer + "/sql")));
            case Work.Backfill backfill -> backfill(at, backfill, pointer + "/backfill");
            case Work.PartitionedIndex index -> index(at, index, pointer + "/partitionedIndex");
            case Work.Check check -> {}
            case Work.DynamoDb change -> {}
        }
    }

    private List<Text> scripts(Work.Sql sql, String pointer) {
        List<String> pointers = text.texts(pointer);
        List<Text> texts = new ArrayList<>();
        for (int i = 0; i < sql.scripts().size(); i++) {
            String own = pointers.get(i);
            String source = sql.scripts().get(i);
            texts.add(new Text(source, engine.parse(source), offset -> text.place(own, offset)));
        }
        return texts;
    }

    private void backfill(At at, Work.Backfill backfill, String pointer) {
        backfill.set().forEach((column, value) -> expression(at, value,
                pointer + "/set/" + column.replace("~", "~0").replace("/", "~1")));
        expression(at, backfill.where(), pointer + "/where");
    }

    /** Its pieces as the author wrote them, and the one statement that they stand for. */
    private void index(At at, Work.PartitionedIndex index, String pointer) {
        for (int i = 0; i < index.columns().size(); i++) {
            String column = index.columns().get(i);
            piece(at, Use.ELEMENT, BEFORE_ELEMENT, column, pointer + "/columns/" + i);
        }
        expression(at, index.where(), pointer + "/where");
        String source = WorkText.of(index);
        found.add(at.with(Use.DECLARED, List.of(new Text(source, PartitionedBuilds.of(engine.parse(source)),
                _ -> text.place(pointer, 0)))));
    }

    private void expression(At at, @Nullable String sql, String pointer) {
        if (sql != null) {
            piece(at, Use.EXPRESSION, BEFORE_EXPRESSION, sql, pointer);
        }
    }

    private void piece(At at, Use use, String before, String sql, String pointer) {
        String source = before + sql + BEHIND_PIECE;
        int last = Math.max(sql.stripTrailing().length() - 1, 0);
        found.add(at.with(use, List.of(new Text(source, engine.parse(source),
                offset -> text.place(pointer, Math.clamp(offset - before.length(), 0, last))))));
    }

    private void queries(At at, List<Verification> verifications, String pointer) {
        for (int i = 0; i < verifications.size(); i++) {
            String own = pointer + "/" + i;
            switch (verifications.get(i)) {
                case Verification.Query query -> query(at, query.sql(), own + "/sql");
                case Verification.Same same -> {
                    query(at, same.sql(), own + "/same/sql");
                    query(at, same.as(), own + "/same/as");
                }
                case Verification.RowCountUnchanged unchanged -> {}
            }
        }
    }

    private void query(At at, @Nullable String sql, String pointer) {
        if (sql != null) {
            found.add(at.with(Use.QUERY,
                    List.of(new Text(sql, engine.parse(sql), offset -> text.place(pointer, offset)))));
        }
    }
}
