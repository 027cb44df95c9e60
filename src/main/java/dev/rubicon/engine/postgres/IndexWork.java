package dev.rubicon.engine.postgres;

import dev.rubicon.engine.Direction;
import dev.rubicon.engine.Holder;
import dev.rubicon.engine.Script.ConcurrentIndex;
import dev.rubicon.engine.Script.Statement;
import dev.rubicon.engine.StepOutcome;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * CREATE, DROP and REINDEX INDEX CONCURRENTLY: SHARE UPDATE EXCLUSIVE on the table, so reads and writes go on. No
 * timeouts but the step's deadline; the intent before it and the catalogs after it decide what a crash left behind.
 */
final class IndexWork {

    private final Attempt attempt;
    private final Statement statement;
    private final ConcurrentIndex wanted;
    private List<Integer> told = List.of();

    IndexWork(Attempt attempt, Statement statement, ConcurrentIndex wanted) {
        this.attempt = attempt;
        this.statement = statement;
        this.wanted = wanted;
    }

    StepOutcome perform() throws SQLException {
        if (wanted.name() == null) {
            throw Ending.failed("index-unnamed", "Give the index a name: without one nobody can tell after a crash "
                    + "whether it was built, and a second try would build it twice");
        }
        return switch (wanted.action()) {
            case CREATE -> create(wanted.name(), Objects.requireNonNull(wanted.table()));
            case DROP -> drop(wanted.name());
            case REINDEX -> reindex(wanted.name());
        };
    }

    private StepOutcome create(String name, String table) throws SQLException {
        Optional<IndexFacts> before = IndexFacts.beside(attempt.work(), table, name);
        Optional<Intent> intent = Intent.find(attempt);
        if (before.isPresent()) {
            IndexFacts index = before.get();
            demandSameTable(index, table);
            waitForOtherBuilder(index);
            if (index.usable()) {
                return intent.isPresent() && intent.get().oid() != index.oid() ? builtBefore() : skipped(index);
            }
        }
        if (intent.isEmpty()) {
            intend(before.orElse(null));
        }
        if (before.isPresent()) {
            dropInvalid(before.get());
        }
        build(name, table);
        finish(attempt.order().direction());
        return new StepOutcome.Done(false, -1, 0, "Index " + name + " was built and is valid");
    }

    private void demandSameTable(IndexFacts index, String table) throws SQLException {
        boolean same = Rows.first(attempt.work(), "SELECT to_regclass(?) = to_regclass(?)", row -> row.getBoolean(1),
                index.table(), table).orElse(false);
        if (!same) {
            throw Ending.failed("name-taken",
                    "There is an index " + index.sql() + " already, but on " + index.table() + ", not on " + table);
        }
    }

    private void waitForOtherBuilder(IndexFacts index) {
        if (!index.usable() && index.builder() != 0) {
            throw new Ending(new StepOutcome.Waiting(
                    "Index " + index.sql() + " is being built by another session, pid " + index.builder(), List.of()));
        }
    }

    private StepOutcome builtBefore() throws SQLException {
        finish(attempt.order().direction());
        return new StepOutcome.Done(false, -1, 0,
                "The index was built by an earlier try that could not say so; it is valid");
    }

    private StepOutcome skipped(IndexFacts index) throws SQLException {
        finish(attempt.order().direction() == Direction.FORWARD ? Direction.SKIP : attempt.order().direction());
        return new StepOutcome.Done(true, -1, 0, "The index was there before Rubicon came, and stays on a rollback: "
                + index.definition());
    }

    private void intend(@Nullable IndexFacts before) throws SQLException {
        attempt.transaction(List.of(), () -> {
            Intent.write(attempt, String.valueOf(wanted.name()), before);
            return true;
        });
    }

    private void finish(Direction direction) throws SQLException {
        attempt.transaction(List.of(), () -> {
            attempt.record(direction, -1);
            Intent.remove(attempt);
            return true;
        });
    }

    private void build(String name, String table) throws SQLException {
        try {
            execute(statement.sql());
        } catch (Ending | SQLException e) {
            clearAway(name, table);
            throw e;
        }
        Optional<IndexFacts> built = IndexFacts.beside(attempt.work(), table, name);
        if (built.isEmpty() || !built.get().usable()) {
            throw Ending.failed("index-invalid", "Index " + name + " is not valid after its build; the next try drops "
                    + "and builds it anew");
        }
    }

    /** A failed build leaves an invalid index, which slows every write; best effort, the next try looks again. */
    private void clearAway(String name, String table) {
        quickly(() -> IndexFacts.beside(attempt.work(), table, name).filter(left -> !left.usable()).stream().toList());
    }

    /** Drops within two seconds or not at all: whoever cancelled does not want to wait for old transactions now. */
    private void quickly(Attempt.Body<List<IndexFacts>> leftovers) {
        try {
            if (!attempt.work().isClosed()) {
                Rows.execute(attempt.work(), "SET statement_timeout = '2s'");
                dropAll(leftovers.run());
            }
        } catch (SQLException leftForTheNextTry) {
            return;
        } finally {
            withoutTimeout();
        }
    }

    private void withoutTimeout() {
        try {
            if (!attempt.work().isClosed()) {
                Rows.execute(attempt.work(), "SET statement_timeout = 0");
            }
        } catch (SQLException broken) {
            Connections.closeQuietly(attempt.work());
        }
    }

    private void dropAll(List<IndexFacts> leftovers) throws SQLException {
        for (IndexFacts left : leftovers) {
            if (left.builder() == 0) {
                Rows.execute(attempt.work(), "DROP INDEX CONCURRENTLY IF EXISTS " + left.sql());
            }
        }
    }

    private void dropInvalid(IndexFacts index) throws SQLException {
        execute("DROP INDEX CONCURRENTLY IF EXISTS " + index.sql());
    }

    private StepOutcome drop(String name) throws SQLException {
        Optional<IndexFacts> before = IndexFacts.named(attempt.work(), wanted.schema(), name);
        boolean intended = Intent.find(attempt).isPresent();
        if (before.isEmpty()) {
            // absent before us: a rollback must not make what we did not take away
            boolean ours = intended || attempt.order().direction() != Direction.FORWARD;
            finish(ours ? attempt.order().direction() : Direction.SKIP);
            return new StepOutcome.Done(!intended, -1, 0, "There is no index " + name + " any more");
        }
        if (!intended) {
            intend(before.get());
        }
        execute("DROP INDEX CONCURRENTLY IF EXISTS " + before.get().sql());
        finish(attempt.order().direction());
        return new StepOutcome.Done(false, -1, 0, "Index " + name + " was dropped");
    }

    private StepOutcome reindex(String name) throws SQLException {
        IndexFacts before = IndexFacts.named(attempt.work(), wanted.schema(), name)
                .orElseThrow(() -> Ending.failed("index-missing", "There is no index " + name));
        if (Intent.find(attempt).isPresent()) {
            dropAll(before.leftovers(attempt.work()));
        } else {
            intend(before);
        }
        try {
            execute(statement.sql());
        } catch (Ending | SQLException e) {
            quickly(() -> before.leftovers(attempt.work()));
            throw e;
        }
        IndexFacts after = IndexFacts.named(attempt.work(), wanted.schema(), name).orElse(before);
        if (!after.usable()) {
            throw Ending.failed("index-invalid", "Index " + name + " is not valid after REINDEX");
        }
        finish(attempt.order().direction());
        return new StepOutcome.Done(false, -1, 0, "Index " + name + " was built anew");
    }

    private void execute(String sql) throws SQLException {
        try {
            attempt.watchedAlone(() -> Rows.execute(attempt.work(), sql), this::look);
        } catch (SQLException e) {
            if (attempt.lost(e)) {
                throw e;
            }
            throw Ending.refused(e, sql);
        }
    }

    private void look() throws SQLException {
        attempt.guard().indexBuild(attempt.pid()).ifPresent(attempt.watch()::progress);
        List<Holder> holders = attempt.blockers();
        List<Integer> pids = holders.stream().map(Holder::pid).sorted().toList();
        if (!holders.isEmpty() && !pids.equals(told)) {
            told = pids;
            attempt.watch().waiting("Waits for older transactions to end; reads and writes go on", holders);
        }
    }
}
