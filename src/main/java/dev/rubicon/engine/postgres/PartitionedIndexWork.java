package dev.rubicon.engine.postgres;

import dev.rubicon.engine.StepOutcome;
import dev.rubicon.plan.Work;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

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
        return of(attempt, scripts, fragments, index).perform();
    }

    static PartitionedIndexWork of(Attempt attempt, Scripts scripts, Fragments fragments,
            Work.PartitionedIndex index) {
        try {
            AskedIndex asked = new AskedIndex(index.unique(), fragments.table("table", index.table()).sql(),
                    tail(fragments, index));
            return new PartitionedIndexWork(attempt, scripts, asked, fragments.name("name", index.name()));
        } catch (Fragments.Refused e) {
            throw Ending.failed("index-refused", String.valueOf(e.getMessage()));
        }
    }

    private static String tail(Fragments fragments, Work.PartitionedIndex index) {
        List<String> elements = index.columns().stream().map(each -> fragments.indexElement("columns", each)).toList();
        String where = index.where() == null ? "" : " WHERE " + fragments.expression("where", index.where());
        return " (" + String.join(", ", elements) + ")" + where;
    }

    StepOutcome perform() throws SQLException {
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

    /** Whether tries of this step have built all of it. */
    boolean built() throws SQLException {
        return ours().filter(IndexFacts::usable).isPresent();
    }

    /**
     * Takes away what tries of this step have made and not finished: first the parts that are attached to nothing, then
     * the parent's index with those that are. An index that was there before and is attached by now would go along, so
     * that then all stays.
     *
     * @return what became of it, or nothing where there is nothing
     */
    Optional<String> clearAway() throws SQLException {
        Optional<IndexFacts> index = ours();
        if (index.isEmpty()) {
            return Optional.empty();
        }
        List<IndexFacts> branches = branches(index.get());
        List<String> adopted = adopted(Stream.concat(Stream.of(index.get()), branches.stream()).toList());
        if (!adopted.isEmpty()) {
            return Optional.of("Not in effect on this target. Index " + index.get().sql() + " is unfinished and stays: "
                    + "dropped, it would take along " + String.join(", ", adopted) + ", which were there before. Drop "
                    + "it by hand where they may go, or build it to its end");
        }
        for (Partition part : root().tree(attempt.work())) {
            Optional<IndexFacts> left = IndexFacts.beside(attempt.work(), part.sql(), PartName.of(part.name(), name))
                    .filter(own -> part.kind() == Partition.Kind.TABLE && own.fits(index.get()));
            if (left.isPresent() && IndexFacts.unattached(attempt.work(), part.oid()).contains(left.get())) {
                Leftovers.demandNoBuilder(left.get());
                new LongRun(attempt, "drops index " + left.get().sql()).execute(Leftovers.dropping(left.get()));
            }
        }
        for (IndexFacts branch : branches) {
            drop(branch);
        }
        drop(index.get());
        return Optional.of("Not in effect on this target. Index " + index.get().sql() + ", which tries of it left "
                + "unfinished, was dropped with its parts");
    }

    /** ACCESS EXCLUSIVE on the table and its partitions, for a moment and taken as for any step. */
    private void drop(IndexFacts index) throws SQLException {
        change.execute("DROP INDEX " + index.sql(), index.table(), () -> true);
    }

    private List<IndexFacts> branches(IndexFacts index) throws SQLException {
        List<IndexFacts> branches = new ArrayList<>();
        for (Partition part : root().tree(attempt.work())) {
            if (part.kind() == Partition.Kind.PARTITIONED && !part.sql().equals(root().sql())) {
                IndexFacts.unattached(attempt.work(), part.oid()).stream()
                        .filter(own -> own.name().equals(PartName.of(part.name(), name)) && own.fits(index))
                        .forEach(branches::add);
            }
        }
        return branches;
    }

    private List<String> adopted(List<IndexFacts> indexes) throws SQLException {
        List<String> adopted = new ArrayList<>();
        for (Partition part : root().tree(attempt.work())) {
            for (IndexFacts index : indexes) {
                IndexFacts.attachedBelow(attempt.work(), index.oid(), part.oid()).stream()
                        .filter(own -> !own.name().equals(PartName.of(part.name(), name))).map(IndexFacts::sql)
                        .forEach(adopted::add);
            }
        }
        return adopted;
    }

    /** The index over the parent, where it is the one that this step's tries have made. */
    private Optional<IndexFacts> ours() throws SQLException {
        Optional<Intent> intent = Intent.find(attempt);
        return IndexFacts.beside(attempt.work(), asked.table(), name)
                .filter(index -> intent.isPresent() && intent.get().oid() == index.oid() && !intent.get().present());
    }

    private Ending gone() {
        return gone(name);
    }

    static Ending gone(String name) {
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
