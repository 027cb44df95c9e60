package dev.rubicon.rehearsal;

import dev.rubicon.engine.Applications;
import dev.rubicon.engine.Applications.Loss;
import dev.rubicon.engine.Applications.Outcome;
import dev.rubicon.engine.Applications.Version;
import dev.rubicon.engine.Applications.Writes;
import dev.rubicon.engine.TableSum;
import dev.rubicon.plan.DataLoss;
import dev.rubicon.plan.Step;
import dev.rubicon.rehearsal.RehearsalReport.Lost;
import dev.rubicon.rehearsal.RehearsalReport.Played;
import dev.rubicon.rehearsal.RehearsalReport.Wrote;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The application at work between the phases of one rehearsal. */
final class Play {

    private final RunningVersions versions;
    private final Applications applications;
    private final List<Wrote> written = new ArrayList<>();
    private final Set<String> untested;

    Play(Stage stage, RunningVersions versions) {
        this.versions = versions;
        this.applications = stage.applications(versions.touched());
        this.untested = new LinkedHashSet<>(versions.notPlayed());
    }

    /** Has everybody write who runs behind this phase. */
    Played behind(int phase) {
        for (Version version : versions.behind(phase)) {
            Writes writes = applications.write(version, versions.made(), versions.filled(phase));
            writes.written().forEach(each -> written.add(new Wrote(phase, each.table(), each.by().word(),
                    each.inserted(), each.updated(), each.deleted())));
            writes.unwritten().forEach(why -> untested.add(why + " (behind phase " + (phase + 1) + ")"));
        }
        return new Played(written, List.of(), List.copyOf(untested));
    }

    /** Rows that nobody here writes. */
    List<TableSum> others() {
        return applications.othersSums();
    }

    /** How rows differ that nobody here writes; of tables that triggers wrote to nothing can be said. */
    List<String> differences(List<TableSum> before) {
        List<TableSum> now = applications.othersSums();
        Set<String> beside = applications.writtenBeside();
        return DataComparison.between(before.stream().filter(sum -> !beside.contains(sum.table())).toList(), now);
    }

    /** Rows that were there before and that this may write. */
    int picked() {
        return applications.picked();
    }

    /** What became of what was written, and what of rows that were there before and nobody wrote. */
    record Result(Played played, List<String> others) {}

    /** @param phases that were gone up and down */
    Result result(List<Integer> phases) {
        Outcome outcome = applications.outcome(versions.filled(phases.getLast()));
        List<Lost> lost = new ArrayList<>();
        List<String> others = new ArrayList<>();
        for (Loss loss : outcome.losses()) {
            Version by = loss.by();
            if (by == null) {
                others.add(loss.column() == null
                        ? "%s: rows that were there before %s".formatted(loss.table(), loss.what())
                        : "%s: the values of %s are not what they were".formatted(loss.table(), loss.column()));
            } else {
                lost.add(lost(loss, by, phases));
            }
        }
        untested.addAll(outcome.uncompared());
        return new Result(new Played(written, lost, List.copyOf(untested)), others);
    }

    private Lost lost(Loss loss, Version by, List<Integer> phases) {
        Step step = versions.covering(loss, phases).orElse(null);
        DataLoss declared = step == null ? DataLoss.NONE : step.rollback().loss();
        String words = "%s%s: %d %s that the %s application wrote %s; %s".formatted(loss.table(),
                loss.column() == null ? "" : ", column " + loss.column(), loss.rows(), loss.rows() == 1 ? "row" : "rows",
                by.word(), loss.what(),
                step == null
                        ? "the plan says that going back loses nothing"
                        : "the plan says so at %s (%s)".formatted(step.name(), declared.word()));
        return new Lost(loss.table(), loss.column(), by.word(), loss.rows(), step == null ? null : step.name(), words);
    }
}
