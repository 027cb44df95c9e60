package dev.rubicon.analysis;

import dev.rubicon.engine.Script;
import dev.rubicon.engine.Script.Statement;
import dev.rubicon.engine.facts.Action;
import java.util.List;

/** What the step kind for partitioned tables makes of a CREATE INDEX: the same index, without keeping anybody from writing. */
final class PartitionedBuilds {

    private PartitionedBuilds() {}

    /** Without a statement where the pieces make more than one: what they are is said of each by itself. */
    static Script of(Script script) {
        return script.statements().size() > 1
                ? new Script(List.of(), script.errors())
                : new Script(script.statements().stream().map(PartitionedBuilds::concurrent).toList(),
                        script.errors());
    }

    private static Statement concurrent(Statement each) {
        return new Statement(each.sql(), each.offset(), each.node(), each.kind(), false, each.transactionControl(),
                null,
                each.actions().stream().map(PartitionedBuilds::concurrent).toList(), each.body(), each.dynamic());
    }

    private static Action concurrent(Action action) {
        return action instanceof Action.CreateIndex index
                ? new Action.CreateIndex(index.name(), index.table(), index.columns(), index.include(), index.where(),
                        index.method(), index.unique(), index.nullsNotDistinct(), true, false, false)
                : action;
    }
}
