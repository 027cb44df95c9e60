package dev.rubicon.engine.facts;

import java.util.List;

/** Follows statements in their running order over a schema. Not thread-safe. */
public interface Examiner {

    /** The schema as it is before the next statement. */
    Schema schema();

    /** The facts of a statement's actions, were it run now. Changes nothing. */
    Facts facts(List<Action> actions);

    /** The rollback of a statement, were it run now, drafted before it is. Changes nothing. */
    Draft draft(List<Action> actions);

    /** Takes the statement as done. */
    void apply(List<Action> actions);

    /** Another examiner from here on; neither sees what the other applies. */
    Examiner copy();
}
