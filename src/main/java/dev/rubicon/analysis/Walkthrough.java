package dev.rubicon.analysis;

import dev.rubicon.analysis.rules.Judged;
import dev.rubicon.analysis.rules.Passage;
import dev.rubicon.analysis.rules.Statements;
import dev.rubicon.analysis.rules.WholePlan;
import dev.rubicon.engine.Script;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Action.TransactionControl.Control;
import dev.rubicon.engine.facts.Examiner;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Follows the statements of one step in one direction, or of one script, and shows each at its moment to the rules. */
final class Walkthrough {

    private final Statements statements;
    private final Examiner examiner;
    private final int serverVersion;
    private final @Nullable WholePlan plan;
    private final boolean wrapped;
    private final Consumer<Judged> rules;

    private final List<Judged> script = new ArrayList<>();
    private List<Judged> transaction = new ArrayList<>();
    private boolean begun;

    /**
     * @param wrapped whether a transaction is opened around them
     * @param plan the plan that they are part of, or null
     * @param rules are shown each statement before it is applied
     */
    Walkthrough(Statements statements, Examiner examiner, int serverVersion, boolean wrapped, @Nullable WholePlan plan,
            Consumer<Judged> rules) {
        this.statements = statements;
        this.examiner = examiner;
        this.serverVersion = serverVersion;
        this.plan = plan;
        this.wrapped = wrapped;
        this.rules = rules;
    }

    /** All statements in their order; the examiner's schema is afterwards as they leave it. */
    List<Judged> walk() {
        for (Statements.Text text : statements.texts()) {
            text.script().statements().forEach(statement -> step(text, statement));
        }
        endTransaction();
        return script;
    }

    private void step(Statements.Text text, Script.Statement statement) {
        Judged judged = judged(text, statement);
        rules.accept(judged);
        if (statement.actions().stream().anyMatch(Action.Block.class::isInstance)) {
            inside(text, statement);
        }
        script.add(judged);
        control(judged);
        examiner.apply(statement.actions());
        if (inTransaction()) {
            transaction.add(judged);
        } else {
            endTransaction();
        }
    }

    /** A DO block runs inside a transaction, each of its statements over the schema that those before it left. */
    private void inside(Statements.Text text, Script.Statement block) {
        Examiner within = examiner.copy();
        List<Judged> before = new ArrayList<>(transaction);
        for (Script.Statement inner : block.body()) {
            Judged judged = judged(text, inner, true, within,
                    new Passage(plan, true, Collections.unmodifiableList(before),
                            Collections.unmodifiableList(script)));
            rules.accept(judged);
            before.add(judged);
            within.apply(inner.actions());
        }
    }

    private Judged judged(Statements.Text text, Script.Statement statement) {
        return judged(text, statement, false, examiner, new Passage(plan, inTransaction(),
                Collections.unmodifiableList(transaction), Collections.unmodifiableList(script)));
    }

    private Judged judged(Statements.Text text, Script.Statement statement, boolean nested, Examiner over,
            Passage passage) {
        List<Action> actions = statement.actions();
        return new Judged(statements, statement, text.places().apply(statement.offset()), over.facts(actions),
                over.draft(actions), over.schema(), serverVersion, passage, nested);
    }

    private boolean inTransaction() {
        return begun || wrapped;
    }

    private void control(Judged judged) {
        judged.actions(Action.TransactionControl.class).forEach(action -> {
            switch (action.control()) {
                case BEGIN -> begun = true;
                case COMMIT, ROLLBACK, PREPARE -> {
                    begun = action.chain();
                    transaction = new ArrayList<>();
                }
                case SAVEPOINT, RELEASE, ROLLBACK_TO -> {}
            }
        });
    }

    private void endTransaction() {
        examiner.apply(List.of(new Action.TransactionControl(Control.COMMIT, false)));
    }
}
