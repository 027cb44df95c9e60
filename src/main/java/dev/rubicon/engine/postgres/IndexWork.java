package dev.rubicon.engine.postgres;

import dev.rubicon.engine.Script.ConcurrentIndex;
import dev.rubicon.engine.Script.Statement;
import dev.rubicon.engine.StepOutcome;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Optional;

/**
 * CREATE and DROP INDEX CONCURRENTLY: SHARE UPDATE EXCLUSIVE on the table, so reads and writes go on. The intent before
 * it and the catalogs after it decide what a crash left behind.
 */
final class IndexWork {

    private final Attempt attempt;
    private final Scripts scripts;
    private final Statement statement;
    private final ConcurrentIndex wanted;
    private final Ledgering ledgering;

    IndexWork(Attempt attempt, Scripts scripts, Statement statement, ConcurrentIndex wanted) {
        this.attempt = attempt;
        this.scripts = scripts;
        this.statement = statement;
        this.wanted = wanted;
        this.ledgering = new Ledgering(attempt);
    }

    StepOutcome perform() throws SQLException {
        if (wanted.name() == null) {
            throw Ending.failed("index-unnamed", "Give the index a name: without one nobody can tell after a crash "
                    + "whether it was built, and a second try would build it twice");
        }
        return wanted.action() == ConcurrentIndex.Action.DROP
                ? drop(wanted.name())
                : create(wanted.name(), Objects.requireNonNull(wanted.table()));
    }

    private StepOutcome create(String name, String table) throws SQLException {
        AskedIndex asked = AskedIndex.of(scripts, statement.sql()).orElseThrow(() -> Ending.failed("index-unreadable",
                "The statement cannot be taken apart; write it without a star behind the table's name"));
        Optional<String> shape = asked.shape(attempt);
        Optional<IndexFacts> before = IndexFacts.beside(attempt.work(), table, name);
        Optional<Intent> intent = Intent.find(attempt);
        if (before.isPresent()) {
            IndexFacts index = before.get();
            Standing.demandSameTable(attempt.work(), index, table);
            Leftovers.demandNoBuilder(index);
            if (index.usable()) {
                Standing.demandShape(index, shape, statement.sql());
                return intent.isPresent() && intent.get().oid() != index.oid()
                        ? ledgering.doneBefore("The index was built by an earlier try that could not say so; it is "
                                + "valid")
                        : ledgering.skipped("The index was there before Rubicon came, and stays on a rollback: "
                                + index.definition());
            }
        }
        if (intent.isEmpty()) {
            ledgering.intend(Intent.before(name, before.orElse(null)));
        }
        if (before.isPresent()) {
            new LongRun(attempt, "drops the invalid index " + name).execute(Leftovers.dropping(before.get()));
        }
        build(asked, shape, name, table);
        ledgering.finish(attempt.order().direction());
        return new StepOutcome.Done(false, -1, 0, "Index " + name + " was built and is valid");
    }

    private void build(AskedIndex asked, Optional<String> shape, String name, String table) throws SQLException {
        try {
            // IF NOT EXISTS would take whatever index somebody else gives that name meanwhile
            new LongRun(attempt, "builds index " + name).execute(wanted.ifExists()
                    ? asked.concurrently(name, table)
                    : statement.sql());
        } catch (Ending e) {
            throw e.and(new Leftovers(attempt).clearAway(() -> IndexFacts.beside(attempt.work(), table, name)
                    .filter(left -> !left.usable()).stream().toList()));
        }
        IndexFacts built = IndexFacts.beside(attempt.work(), table, name).filter(IndexFacts::usable)
                .orElseThrow(() -> Ending.failed("index-invalid", "Index " + name
                        + " is not valid after its build; the next try drops and builds it anew"));
        if (shape.isPresent()) {
            Standing.demandShape(built, shape, statement.sql());
        }
    }

    private StepOutcome drop(String name) throws SQLException {
        Optional<IndexFacts> before = IndexFacts.named(attempt.work(), wanted.schema(), name);
        boolean intended = Intent.find(attempt).isPresent();
        if (before.isEmpty()) {
            // absent before us: a rollback must not make what we did not take away
            String gone = "There is no index " + name + " any more";
            return intended ? ledgering.doneBefore(gone) : ledgering.skipped(gone);
        }
        if (!intended) {
            ledgering.intend(Intent.before(name, before.get()));
        }
        new LongRun(attempt, "drops index " + name).execute(Leftovers.dropping(before.get()));
        ledgering.finish(attempt.order().direction());
        return new StepOutcome.Done(false, -1, 0, "Index " + name + " was dropped");
    }
}
