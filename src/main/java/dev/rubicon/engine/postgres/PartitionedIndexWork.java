package dev.rubicon.engine.postgres;

import dev.rubicon.engine.StepOutcome;
import dev.rubicon.plan.Work;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * An index over a partitioned table without keeping anybody from writing: the parent's index ON ONLY the table, which is
 * a matter of catalogs, then each partition's CONCURRENTLY, each attached as soon as it is valid; when the last is, the
 * server makes the parent's valid. The parent's index is made in one transaction with its intent, and from then on the
 * catalogs alone say what is still to do, so that a try can break off anywhere and the next goes on from there.
 */
final class PartitionedIndexWork {

    private final Attempt attempt;
    private final ShortChange change;
    private final Ledgering ledgering;
    private final AskedIndex asked;
    private final String name;
    private final String sql;

    private PartitionedIndexWork(Attempt attempt, Scripts scripts, AskedIndex asked, String name) {
        this.attempt = attempt;
        this.change = new ShortChange(attempt, scripts);
        this.ledgering = new Ledgering(attempt);
        this.asked = asked;
        this.name = name;
        this.sql = asked.only(name, asked.table());
    }

    static StepOutcome perform(Attempt attempt, Scripts scripts, Fragments fragments, Work.PartitionedIndex index)
            throws SQLException {
        try {
            AskedIndex asked = new AskedIndex(index.unique(), fragments.table("table", index.table()).sql(),
                    tail(fragments, index));
            return new PartitionedIndexWork(attempt, scripts, asked, fragments.name("name", index.name())).perform();
        } catch (Fragments.Refused e) {
            throw Ending.failed("index-refused", String.valueOf(e.getMessage()));
        }
    }

    private static String tail(Fragments fragments, Work.PartitionedIndex index) {
        List<String> elements = index.columns().stream().map(each -> fragments.indexElement("columns", each)).toList();
        String where = index.where() == null ? "" : " WHERE " + fragments.expression("where", index.where());
        return " (" + String.join(", ", elements) + ")" + where;
    }

    private StepOutcome perform() throws SQLException {
        Partition root = root();
        demandNoForeignTable(root);
        Optional<IndexFacts> before = IndexFacts.beside(attempt.work(), asked.table(), name);
        if (before.isPresent()) {
            Optional<StepOutcome> done = there(before.get());
            if (done.isPresent()) {
                return done.get();
            }
        } else {
            make();
        }
        PartitionedBuild build = new PartitionedBuild(attempt, change, asked, name, root);
        build.fill(IndexFacts.beside(attempt.work(), asked.table(), name).orElseThrow(this::gone));
        ledgering.finish(attempt.order().direction());
        return new StepOutcome.Done(false, -1, 0, build.summary());
    }

    private Ending gone() {
        return Ending.failed("index-missing", "Index " + name + " was dropped by somebody else while it was built");
    }

    private Partition root() throws SQLException {
        Partition root = Partition.named(attempt.work(), asked.table()).orElseThrow(() -> Ending.failed("table-missing",
                "There is no table " + asked.table()));
        if (root.kind() != Partition.Kind.PARTITIONED) {
            throw Ending.failed("not-partitioned", root.sql()
                    + " is not partitioned: CREATE INDEX CONCURRENTLY in a step of kind sql builds an index on it");
        }
        return root;
    }

    private void demandNoForeignTable(Partition root) throws SQLException {
        for (Partition each : root.tree(attempt.work())) {
            if (each.kind() == Partition.Kind.FOREIGN) {
                throw Ending.failed("foreign-partition", "Partition " + each.sql() + " of " + root.sql() + " is a "
                        + "foreign table, which cannot be indexed from here, so that the index over all partitions "
                        + "would never become valid. Detach it first, or give each other partition an index of its "
                        + "own with CREATE INDEX CONCURRENTLY");
            }
        }
    }

    /** What there is under that name already: an outcome where nothing is left to do. */
    private Optional<StepOutcome> there(IndexFacts index) throws SQLException {
        Standing.demandSameTable(attempt.work(), index, asked.table());
        Optional<Intent> intent = Intent.find(attempt);
        boolean ours = intent.isPresent() && intent.get().oid() == index.oid();
        if (!ours) {
            Standing.demandShape(index, asked.shape(attempt), sql);
        }
        if (index.usable()) {
            return Optional.of(ours
                    ? ledgering.doneBefore("The index was built by an earlier try that could not say so; it is valid "
                            + "over all partitions")
                    : ledgering.skipped("The index was there before Rubicon came, and stays on a rollback: "
                            + index.definition()));
        }
        if (!ours) {
            ledgering.intend(Intent.before(name, index));
        }
        return Optional.empty();
    }

    /** SHARE on the parent alone, for no longer than it takes to write the catalogs: ON ONLY builds nothing. */
    private void make() throws SQLException {
        change.execute(sql, asked.table(), () -> {
            long oid = IndexFacts.beside(attempt.work(), asked.table(), name).orElseThrow(this::gone).oid();
            new Intent(name, false, oid, null).write(attempt);
            return true;
        });
    }
}
