package dev.rubicon.analysis.rules;

import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Lock;
import dev.rubicon.engine.facts.LockMode;
import dev.rubicon.engine.facts.QualifiedName;
import java.util.List;
import java.util.stream.Stream;

/** What a statement holds that others may be waiting for. */
public final class Held {

    private Held() {}

    /** Whether others may be using a relation: nothing in the same plan or file made it. */
    static boolean existing(Judged judged, QualifiedName relation) {
        return !Weighing.made(judged, relation);
    }

    /** The relations that others may be using and that the statement locks at least this strongly, in order. */
    static List<QualifiedName> tables(Judged judged, LockMode atLeast) {
        return judged.facts().locks().stream()
                .filter(lock -> lock.kind() != Lock.Kind.INDEX && lock.kind() != Lock.Kind.SEQUENCE)
                .filter(lock -> lock.mode().compareTo(atLeast) >= 0).map(Lock::relation)
                .filter(relation -> existing(judged, relation)).distinct().toList();
    }

    /** Whether it keeps its locks for as long as there are rows: it reads, writes or builds over an existing table. */
    static boolean slow(Judged judged) {
        return Stream.of(judged.facts().scans(), judged.facts().rewrites()).flatMap(List::stream)
                .anyMatch(table -> existing(judged, table))
                || actions(judged.actions()).anyMatch(action -> readsOrWritesRows(judged, action));
    }

    private static boolean readsOrWritesRows(Judged judged, Action action) {
        return switch (action) {
            case Action.Update update -> existing(judged, update.table());
            case Action.Delete delete -> existing(judged, delete.table());
            case Action.Merge merge -> existing(judged, merge.table());
            case Action.CreateIndex index -> existing(judged, index.table());
            case Action.Insert insert -> insert.reads().stream().anyMatch(table -> existing(judged, table));
            case Action.Query query -> query.reads().stream().anyMatch(table -> existing(judged, table));
            case Action.CreateTable table ->
                table.populated() && table.reads().stream().anyMatch(each -> existing(judged, each));
            case Action.RefreshView view -> true;
            case Action.CopyInto copy -> true;
            default -> false;
        };
    }

    /** The actions, and those of the static SQL inside DO blocks behind the block's own. */
    public static Stream<Action> actions(List<Action> actions) {
        return actions.stream().flatMap(action -> action instanceof Action.Block block
                ? Stream.concat(Stream.of(action), block.body().stream().flatMap(Held::actions))
                : Stream.of(action));
    }

    /** Whether it is of the kind that waits for other transactions instead of keeping them out. */
    static boolean patient(Judged judged) {
        return !judged.actions().isEmpty() && judged.actions().stream().allMatch(action -> switch (action) {
            case Action.CreateIndex index -> index.concurrently();
            case Action.Drop drop -> drop.concurrently();
            case Action.Reindex reindex -> reindex.concurrently();
            case Action.DetachPartition detach -> detach.concurrently();
            case Action.RefreshView view -> view.concurrently();
            case Action.ValidateConstraint validate -> true;
            default -> false;
        });
    }
}
