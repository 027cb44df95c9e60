package dev.rubicon.engine.postgres;

import dev.rubicon.engine.StepOutcome;
import dev.rubicon.engine.facts.Identifiers;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Fills an index over a partitioned table: goes over its partitions, as often as it finds one without a part of it. */
final class PartitionedBuild {

    private final Attempt attempt;
    private final ShortChange change;
    private final AskedIndex asked;
    private final String name;
    private final Partition root;
    private final LongRun run;
    private final long begun = System.nanoTime();
    private final List<String> adopted = new ArrayList<>();
    private int built;
    private int done;
    private long leaves;

    PartitionedBuild(Attempt attempt, ShortChange change, AskedIndex asked, String name, Partition root) {
        this.attempt = attempt;
        this.change = change;
        this.asked = asked;
        this.name = name;
        this.root = root;
        this.run = new LongRun(attempt, "builds index " + name);
    }

    /** @throws Ending when it cannot be made valid, and when the step is stopped; what is built stays then */
    void fill(IndexFacts index) throws SQLException {
        IndexFacts now = index;
        int changedBefore = -1;
        while (!now.usable()) {
            if (changedBefore == changes()) {
                throw Ending.failed("index-invalid", "All partitions of " + root.sql() + " have their part of " + name
                        + ", and yet the server does not count it as valid: a partition was taken away while it was "
                        + "built. Drop the index and retry");
            }
            changedBefore = changes();
            done = 0;
            leaves = root.tree(work()).stream().filter(each -> each.kind() == Partition.Kind.TABLE).count();
            level(root, now);
            now = IndexFacts.of(work(), index.oid()).orElseThrow(() -> PartitionedIndexWork.gone(name));
        }
    }

    String summary() {
        return "Index " + name + " is valid over all partitions of " + root.sql() + ": " + built + " built"
                + (adopted.isEmpty()
                        ? ""
                        : ", and attached were indexes that were there before, which now go when " + name + " is "
                                + "dropped: " + String.join(", ", adopted));
    }

    private int changes() {
        return built + adopted.size();
    }

    private Connection work() {
        return attempt.work();
    }

    private void level(Partition table, IndexFacts index) throws SQLException {
        for (Partition part : table.parts(work())) {
            try {
                if (part.kind() == Partition.Kind.PARTITIONED) {
                    branch(index, part);
                } else {
                    leaf(index, part);
                }
            } catch (Ending e) {
                // a partition that was taken away meanwhile needs no index
                if (!(e.outcome() instanceof StepOutcome.Failed) || table.parts(work()).contains(part)) {
                    throw e;
                }
            }
        }
    }

    /** A partition that has partitions: its own index ON ONLY it, filled before it is attached. */
    private void branch(IndexFacts index, Partition part) throws SQLException {
        Optional<IndexFacts> attached = IndexFacts.attached(work(), index.oid(), part.oid());
        IndexFacts own = attached.isPresent() ? attached.get() : ownOf(part, index);
        level(part, own);
        if (attached.isEmpty()) {
            attach(index, part, own);
        }
    }

    private IndexFacts ownOf(Partition part, IndexFacts index) throws SQLException {
        Optional<IndexFacts> fitting = fitting(part, index).findFirst();
        if (fitting.isPresent()) {
            return fitting.get();
        }
        String own = PartName.of(part.name(), name);
        demandFree(part, own);
        // SHARE on the partition's own entry: nothing is built, and its partitions are not locked
        change.execute(asked.only(own, part.sql()), part.sql(), () -> true);
        built++;
        return IndexFacts.beside(work(), part.sql(), own).orElseThrow();
    }

    private void leaf(IndexFacts index, Partition part) throws SQLException {
        done++;
        Optional<IndexFacts> attached = IndexFacts.attached(work(), index.oid(), part.oid());
        if (attached.isPresent()) {
            repair(attached.get(), part);
            return;
        }
        mayGoOn();
        Optional<IndexFacts> there = fitting(part, index).filter(IndexFacts::usable).findFirst();
        attach(index, part, there.isPresent() ? there.get() : build(part));
        if (there.isPresent() && !there.get().name().equals(PartName.of(part.name(), name))) {
            adopted.add(there.get().sql());
        } else {
            built++;
        }
    }

    /** An attached part that is invalid can no more be dropped, but built anew in its place. */
    private void repair(IndexFacts attached, Partition part) throws SQLException {
        if (!attached.usable()) {
            Leftovers.demandNoBuilder(attached);
            mayGoOn();
            say(part);
            run.execute("REINDEX INDEX CONCURRENTLY " + attached.sql());
            built++;
        }
    }

    private Stream<IndexFacts> fitting(Partition part, IndexFacts index) throws SQLException {
        return IndexFacts.unattached(work(), part.oid()).stream().filter(index::fits);
    }

    private IndexFacts build(Partition part) throws SQLException {
        String own = PartName.of(part.name(), name);
        say(part);
        Optional<IndexFacts> left = demandFree(part, own);
        if (left.isPresent()) {
            run.execute(Leftovers.dropping(left.get()));
        }
        try {
            run.execute(asked.concurrently(own, part.sql()));
        } catch (Ending e) {
            throw e.and(new Leftovers(attempt).clearAway(() -> unfinished(part, own).stream().toList()))
                    .and(standing());
        }
        return IndexFacts.beside(work(), part.sql(), own).filter(IndexFacts::usable).orElseThrow(
                () -> Ending.failed("index-invalid", "Index " + own + " is not valid after its build; the next try "
                        + "drops and builds it anew"));
    }

    private Optional<IndexFacts> unfinished(Partition part, String own) throws SQLException {
        return IndexFacts.beside(work(), part.sql(), own).filter(index -> !index.usable());
    }

    /** What an interrupted build left under the name, to be dropped; anything else there is refused. */
    private Optional<IndexFacts> demandFree(Partition part, String own) throws SQLException {
        Optional<IndexFacts> there = IndexFacts.beside(work(), part.sql(), own);
        if (there.isPresent()) {
            Standing.demandSameTable(work(), there.get(), part.sql());
            Leftovers.demandNoBuilder(there.get());
            if (there.get().usable() || there.get().partitioned()) {
                throw Ending.failed("name-taken", "Partition " + part.sql() + " has an index " + there.get().sql()
                        + " with another definition, and its part of " + name + " would get that name: "
                        + there.get().definition() + ". Rename that one, or give the new index another name");
            }
        }
        return there;
    }

    private void say(Partition part) {
        run.part("partition " + done + " of " + leaves + ", " + part.name());
    }

    private void mayGoOn() {
        attempt.stopIfAsked("between two partitions: " + standing());
        if (System.nanoTime() - begun > attempt.order().deadline().toNanos()) {
            throw Ending.failed("deadline", "The step ran longer than its deadline of "
                    + attempt.order().deadline().toSeconds() + " s. " + standing()
                    + ". Give the step a longer 'deadline'");
        }
    }

    private String standing() {
        return (done - 1) + " of " + leaves + " partitions have their part of " + name
                + ", and keep it: a retry goes on from there, DROP INDEX " + Identifiers.quote(name) + " gives it up";
    }

    /**
     * SHARE UPDATE EXCLUSIVE on the parent's index, and ACCESS EXCLUSIVE on the part, which the planner of each query on
     * the partition waits for: short, within the stall budget, and tried again.
     */
    private void attach(IndexFacts index, Partition part, IndexFacts own) throws SQLException {
        change.execute("ALTER INDEX " + index.sql() + " ATTACH PARTITION " + own.sql(), part.sql(), () -> true);
    }
}
