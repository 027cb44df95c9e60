package dev.rubicon.analysis.rules;

import dev.rubicon.engine.Script;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Draft;
import dev.rubicon.engine.facts.Facts;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.engine.facts.Schema;
import dev.rubicon.plan.Place;
import java.util.List;
import java.util.stream.Stream;

/**
 * One statement at its moment in the running order.
 *
 * @param at the step and direction, or the script
 * @param place of its first character in the author's text
 * @param schema as it is before the statement; valid only while a rule judges it, for it goes on changing
 * @param serverVersion major version of the server that it is judged for
 * @param nested whether it stands inside a DO block
 */
public record Judged(Statements at, Script.Statement statement, Place place, Facts facts, Draft draft, Schema schema,
        int serverVersion, Passage passage, boolean nested) {

    public List<Action> actions() {
        return statement.actions();
    }

    /** Its actions of one kind. */
    public <T extends Action> Stream<T> actions(Class<T> kind) {
        return actions().stream().filter(kind::isInstance).map(kind::cast);
    }

    /** Whether nobody else can be using the relation: statements of the same plan or file made it, and no row is in it. */
    public boolean fresh(QualifiedName relation) {
        return schema.fresh(relation);
    }

    public boolean rollback() {
        return at.direction().equals("rollback");
    }
}
