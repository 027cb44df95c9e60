package dev.rubicon.web.pages;

import dev.rubicon.plan.Comment;
import dev.rubicon.plan.Finding;
import dev.rubicon.plan.Severity;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Why a revision could not be approved, or what should be waited for.
 *
 * @param kind {@code fix} or {@code wait}
 * @param who can clear it
 * @param href where on the page it is, or null
 */
record PlanObstacle(String kind, String icon, String message, String who, @Nullable String href, String label) {

    /** @param rehearsal under way, in words, or null */
    static List<PlanObstacle> of(PlanPage.Parts parts, boolean mayAccept, @Nullable String rehearsal) {
        return Stream.of(parts.open().stream().map(finding -> of(finding, mayAccept)),
                parts.changesRequested().stream().map(PlanObstacle::of),
                Stream.ofNullable(rehearsal).map(words -> new PlanObstacle("wait", "clock", words,
                        "by itself, when it has ended", null, "")))
                .flatMap(each -> each).toList();
    }

    private static PlanObstacle of(Finding finding, boolean mayAccept) {
        String message = finding.message().endsWith(".") ? finding.message() : finding.message() + ".";
        String look = "#finding-" + finding.id();
        if (finding.severity() == Severity.BLOCKING) {
            return new PlanObstacle("fix", "warn", message, "the author, in the next revision", look, "Look");
        }
        return new PlanObstacle("fix", "warn", message, "the author, or an approver accepts it with a reason",
                mayAccept ? "#accept-" + finding.id() : look, mayAccept ? "Accept…" : "Look");
    }

    private static PlanObstacle of(Comment comment) {
        return new PlanObstacle("fix", "person", comment.author() + " asks for changes"
                + (comment.step() == null ? "" : " at " + comment.step()) + ": " + comment.text(),
                "the author, and a reviewer resolves it", "#comment-" + comment.id(), "Read");
    }
}
