package dev.rubicon.analysis;

import dev.rubicon.analysis.rules.Judged;
import dev.rubicon.analysis.rules.Passage;
import dev.rubicon.analysis.rules.Statements;
import dev.rubicon.engine.Script;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Action.TransactionControl.Control;
import dev.rubicon.engine.facts.Examiner;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/** Follows the statements of one step in one direction, or of one script, and shows each at its moment to the rules. */
final class Walkthrough {

    private final Statements statements;
    private final Examiner examiner;
    private final int serverVersion;
    private final boolean inPlan;
    private final boolean wrapped;
    private final Consumer<Judged> rules;

    private final List<Judged> script = new ArrayList<>();
    private List<Judged> transaction = new ArrayList<>();
    private boolean begun;

    /**
     * @param wrapped whether a transaction is opened around them
     * @param rules are shown each statement before it is applied
     */
    Walkthrough(Statements statements, Examiner examiner, int serverVersion, boolean wrapped, Consumer<Judged> rules) {
        this.statements = statements;
        this.examiner = examiner;
        this.serverVersion = serverVersion;
        this.inPlan = statements.step() != null;
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
        Judged judged = judged(text, statement, false);
        rules.accept(judged);
        statement.actions().stream().filter(Action.Block.class::isInstance).findFirst()
                .ifPresent(block -> statement.body()
                        .forEach(inner -> rules.accept(judged(text, inner, true))));
        script.add(judged);
        control(judged);
        examiner.apply(statement.actions());
        if (inTransaction()) {
            transaction.add(judged);
        } else {
            examiner.apply(List.of(new Action.TransactionControl(Control.COMMIT, false)));
        }
    }

    private Judged judged(Statements.Text text, Script.Statement statement, boolean nested) {
        List<Action> actions = statement.actions();
        Passage passage = new Passage(inPlan, inTransaction(), Collections.unmodifiableList(transaction),
                Collections.unmodifiableList(script));
        return new Judged(statements, statement, text.places().apply(statement.offset()), examiner.facts(actions),
                examiner.draft(actions), examiner.schema(), serverVersion, passage, nested);
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
