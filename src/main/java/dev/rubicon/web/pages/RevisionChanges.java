package dev.rubicon.web.pages;

import dev.rubicon.plan.PlanRevision;
import dev.rubicon.plan.RevisionDiff;
import dev.rubicon.plan.UnifiedDiff;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What one revision changes against another.
 *
 * @param changes one line each: which step or gate, and in what
 * @param hunks of the documents' texts, side by side; what is the same far from any change is left out
 */
record RevisionChanges(int from, int to, List<Changed> changes, List<List<DriftPage.Line>> hunks) {

    private static final int AROUND = 3;

    record Changed(String kind, String what, String in) {}

    static RevisionChanges of(PlanRevision from, PlanRevision to) {
        RevisionDiff diff = RevisionDiff.between(from, to);
        return new RevisionChanges(from.revision(), to.revision(), Stream.concat(
                diff.steps().stream().map(step -> new Changed(step.kind().word(), "step " + step.step(),
                        parts(step))),
                diff.phases().stream().map(phase -> new Changed(phase.kind().word(),
                        "phase " + (phase.phase() + 1), "its title or gates")))
                .toList(), hunks(UnifiedDiff.sideBySide(from.source(), to.source())));
    }

    private static String parts(RevisionDiff.StepChange step) {
        return Stream.of(step.forward() == null ? null : "the way forward",
                step.rollback() == null ? null : "the way back", step.checks() == null ? null : "its checks")
                .filter(Objects::nonNull).collect(Collectors.joining(", "));
    }

    private static List<List<DriftPage.Line>> hunks(List<UnifiedDiff.Row> rows) {
        List<List<DriftPage.Line>> hunks = new ArrayList<>();
        boolean inside = false;
        for (int i = 0; i < rows.size(); i++) {
            boolean near = IntStream.rangeClosed(Math.max(0, i - AROUND), Math.min(rows.size() - 1, i + AROUND))
                    .anyMatch(at -> !rows.get(at).same());
            if (near && !inside) {
                hunks.add(new ArrayList<>());
            }
            if (near) {
                hunks.getLast().add(DriftPage.Line.of(rows.get(i)));
            }
            inside = near;
        }
        return hunks;
    }
}
