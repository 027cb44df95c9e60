package dev.rubicon.engine.postgres;

import dev.rubicon.engine.Script.Statement;
import dev.rubicon.engine.StepOutcome;
import dev.rubicon.engine.facts.Action;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * REINDEX INDEX, TABLE, SCHEMA or DATABASE CONCURRENTLY: SHARE UPDATE EXCLUSIVE on the tables, so reads and writes go on.
 * Each index is replaced by a new one under its name, with an oid of its own: by the oids that the intent keeps, the
 * catalogs tell after a crash what is done.
 */
final class ReindexWork {

    private static final int NAMED = 5;

    private final Attempt attempt;
    private final Statement statement;
    private final ReindexScope scope;
    private final String what;
    private final Ledgering ledgering;

    ReindexWork(Attempt attempt, Statement statement, Action.Reindex wanted) {
        this.attempt = attempt;
        this.statement = statement;
        this.scope = new ReindexScope(wanted.kind(), wanted.name());
        this.what = wanted.kind().name().toLowerCase(Locale.ROOT)
                + (wanted.name() == null ? "" : " " + wanted.name().sql());
        this.ledgering = new Ledgering(attempt);
    }

    StepOutcome perform() throws SQLException {
        scope.demandThere(attempt.work());
        Optional<Intent> intent = Intent.find(attempt);
        LongRun run = new LongRun(attempt, "builds the indexes of " + what + " anew");
        if (intent.isPresent()) {
            dropLeftovers(run);
            List<Long> old = oids(intent.get().definition());
            if (!old.isEmpty() && scope.sound(attempt.work()).stream().noneMatch(old::contains)) {
                return ledgering.doneBefore("All indexes were built anew by an earlier try that could not say so");
            }
        } else {
            List<Long> oids = scope.sound(attempt.work());
            ledgering.intend(new Intent(what, true, 0,
                    oids.stream().map(String::valueOf).collect(Collectors.joining(" "))));
        }
        rebuild(run);
        List<IndexFacts> broken = scope.unusable(attempt.work());
        if (scope.oneIndex() && !broken.isEmpty()) {
            throw Ending.failed("index-invalid", "After REINDEX is not valid: " + names(broken));
        }
        ledgering.finish(attempt.order().direction());
        return new StepOutcome.Done(false, -1, 0, "The indexes of " + what + " were built anew"
                + (broken.isEmpty()
                        ? ""
                        : "; REINDEX leaves out what was invalid before: " + names(broken)));
    }

    private void rebuild(LongRun run) throws SQLException {
        try {
            run.execute(statement.sql());
        } catch (Ending e) {
            throw e.and(new Leftovers(attempt).clearAway(() -> scope.leftovers(attempt.work())));
        }
    }

    /** What interrupted tries left beside the indexes. */
    void dropLeftovers() throws SQLException {
        dropLeftovers(new LongRun(attempt, "drops what is left of building the indexes of " + what + " anew"));
    }

    private void dropLeftovers(LongRun run) throws SQLException {
        for (IndexFacts left : scope.leftovers(attempt.work())) {
            Leftovers.demandNoBuilder(left);
            run.execute(Leftovers.dropping(left));
        }
    }

    private static List<Long> oids(@Nullable String kept) {
        return kept == null || kept.isBlank() || !kept.matches("[0-9 ]+")
                ? List.of()
                : Arrays.stream(kept.split(" ")).map(Long::valueOf).toList();
    }

    private static String names(List<IndexFacts> indexes) {
        List<String> names = new ArrayList<>(indexes.stream().limit(NAMED).map(IndexFacts::sql).toList());
        if (indexes.size() > NAMED) {
            names.add("and " + (indexes.size() - NAMED) + " more");
        }
        return String.join(", ", names);
    }
}
