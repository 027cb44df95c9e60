package dev.rubicon.analysis.rules;

import dev.rubicon.engine.Script;
import dev.rubicon.engine.facts.Action;
import java.util.stream.Stream;

/** What the same text goes on to do. */
final class Later {

    private Later() {}

    /** The actions of the statements behind this one, in the same step and direction or the same script. */
    static Stream<Action> actions(Judged judged) {
        Stream<Script.Statement> all = judged.at().texts().stream()
                .flatMap(text -> text.script().statements().stream());
        int done = judged.passage().script().size();
        return all.skip(done + 1L).flatMap(statement -> statement.actions().stream());
    }
}
