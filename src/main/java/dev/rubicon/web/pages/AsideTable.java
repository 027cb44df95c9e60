package dev.rubicon.web.pages;

import dev.rubicon.engine.SetAside;
import dev.rubicon.engine.StepOutcome;
import dev.rubicon.engine.StepWatch;
import dev.rubicon.execution.PhaseRunState;
import dev.rubicon.execution.PhaseRunView;
import dev.rubicon.execution.RunRequest;
import dev.rubicon.paging.Page;
import dev.rubicon.problem.Problem;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The rows that a step's backfill has set aside.
 *
 * @param more whether there are others behind these
 * @param trouble why they cannot be shown, or null
 * @param decide whether the run stands still until somebody mends or accepts them
 */
record AsideTable(List<Row> rows, boolean more, @Nullable String trouble, boolean decide) {

    /** How many rows the page shows; the API has the others. */
    static final int MOST = 100;

    /** @param accepted who lets it stay as it is, and why, or an empty text */
    record Row(String relation, String key, String error, String sqlState, String accepted) {}

    /** Whether this step has set rows aside, as far as is known without asking the target. */
    static boolean concerns(PhaseRunView run, PhaseRunView.StepView step) {
        StepWatch.Progress progress = step.progress();
        StepWatch.Backfill backfill = progress == null ? null : progress.backfill();
        return backfill != null && backfill.quarantined() > 0 || failedBy(run, step.step())
                || run.requests().stream().anyMatch(request -> request.verb() == RunRequest.Verb.ACCEPT
                        && step.step().equals(request.step()));
    }

    static AsideTable of(PhaseRunView run, String step, Supplier<Page<SetAside>> rows) {
        boolean decide = run.state() == PhaseRunState.FAILED && failedBy(run, step);
        try {
            Page<SetAside> page = rows.get();
            return new AsideTable(page.items().stream().map(AsideTable::row).toList(), page.next() != null, null,
                    decide);
        } catch (Problem unreadable) {
            return new AsideTable(List.of(), false, unreadable.getMessage(), decide);
        }
    }

    private static boolean failedBy(PhaseRunView run, String step) {
        PhaseRunView.Failure failure = run.failure();
        return failure != null && failure.step().equals(step) && failure.cause().equals(StepOutcome.QUARANTINED);
    }

    private static Row row(SetAside row) {
        return new Row(row.relation(), String.join(", ", row.key()), row.error(),
                Objects.requireNonNullElse(row.sqlState(), ""), Objects.requireNonNullElse(row.accepted(), ""));
    }
}
