package dev.rubicon.plan;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import dev.rubicon.security.NotAllowed;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ReviewsTest {

    private static PlanRoom room;

    @BeforeAll
    static void open() {
        room = new PlanRoom();
    }

    @AfterAll
    static void close() {
        room.close();
    }

    @Test
    void keepsThreadsOfCommentsOnStepsAndDirections() {
        room.submit(named("threads"));
        Comment opener = comment("threads", remark("why not concurrently?", "add-display-name", "rollback"));
        Comment answer = comment("threads",
                new Reviews.Remark("it is a column", null, null, opener.id(), false));
        Comment again = comment("threads", new Reviews.Remark("true", null, null, answer.id(), false));
        assertThat(again.parent()).isEqualTo(opener.id());
        assertThat(reviews().comments("threads", 1)).extracting(Comment::text)
                .containsExactlyInAnyOrder("why not concurrently?", "it is a column", "true");
        assertThat(room.audited).contains("plan.commented threads by bob");
    }

    @Test
    void blocksUntilRequestedChangesAreResolvedByAnotherThanTheSubmitter() {
        room.submit(named("changes"));
        Comment request = comment("changes", new Reviews.Remark("needs a soak", null, null, null, true));
        assertThat(room.plans().changesRequested("changes", 1)).containsExactly(request);
        assertThat(problem(() -> reviews().resolve(PlanRoom.AUTHOR, "changes", 1, request.id())))
                .isEqualTo(ProblemType.SELF_APPROVAL);
        Comment resolved = reviews().resolve(PlanRoom.OTHER_AUTHOR, "changes", 1, request.id());
        assertThat(resolved.resolvedBy()).isEqualTo("cid");
        assertThat(reviews().resolve(PlanRoom.APPROVER, "changes", 1, request.id())).isEqualTo(resolved);
        assertThat(room.plans().changesRequested("changes", 1)).isEmpty();
        assertThat(room.audited).containsOnlyOnce("plan.comment-resolved changes by cid")
                .doesNotContain("plan.comment-resolved changes by bob");
    }

    @Test
    void refusesRemarksThatPointNowhere() {
        room.submit(named("nowhere"));
        for (Reviews.Remark remark : List.of(remark(" ", null, null), remark("x", "no-such-step", null),
                remark("x", null, "sideways"))) {
            assertThat(problem(() -> comment("nowhere", remark))).isEqualTo(ProblemType.INVALID_INPUT);
        }
        assertThat(problem(() -> comment("nowhere",
                new Reviews.Remark("x", null, null, java.util.UUID.randomUUID(), false))))
                .isEqualTo(ProblemType.NOT_FOUND);
        assertThatThrownBy(
                () -> reviews().comment(PlanRoom.VIEWER, "nowhere", 1, remark("x", null, null)))
                .isInstanceOf(NotAllowed.class);
    }

    @Test
    void acceptsAFindingWithAReasonOnceAndByAnotherPerson() {
        PlanRevision revision = room.submit(named("accept").replaceFirst("(?s)    verify:.*?unchanged\n", ""));
        String finding = requireNonNull(revision.verdict()).findings().stream()
                .filter(each -> each.rule().equals("backfill-without-verification")).findFirst().orElseThrow().id();
        assertThat(problem(() -> reviews().accept(PlanRoom.APPROVER, "accept", 1, finding, " ")))
                .isEqualTo(ProblemType.INVALID_INPUT);
        assertThatThrownBy(() -> reviews().accept(PlanRoom.AUTHOR, "accept", 1, finding, "mine"))
                .isInstanceOf(NotAllowed.class);
        assertThat(reviews().accept(PlanRoom.APPROVER, "accept", 1, finding, "counted by hand").by()).isEqualTo("bob");
        assertThat(reviews().accept(PlanRoom.OTHER_AUTHOR, "accept", 1, finding, "again").reason())
                .isEqualTo("counted by hand");
        assertThat(reviews().acceptances("accept", 1)).hasSize(1);
        assertThat(room.audited).containsOnlyOnce("plan.finding-accepted accept by bob")
                .doesNotContain("plan.finding-accepted accept by cid");
    }

    @Test
    void refusesToAcceptOnesOwnAndBlockingFindings() {
        PlanRevision revision = room.plans().submit(PlanRoom.OTHER_AUTHOR,
                named("own").replace("pointOfNoReturn: true", "pointOfNoReturn: false")
                        .replaceFirst("(?s)    verify:.*?unchanged\n", ""),
                "application/yaml").revision();
        String info = requireNonNull(revision.verdict()).findings().stream()
                .filter(each -> each.severity() == Severity.INFO)
                .findFirst().orElseThrow().id();
        String blocking = requireNonNull(revision.verdict()).findings().stream()
                .filter(each -> each.severity() == Severity.BLOCKING).findFirst().orElseThrow().id();
        assertThat(problem(() -> reviews().accept(PlanRoom.OTHER_AUTHOR, "own", 1, info, "mine")))
                .isEqualTo(ProblemType.SELF_APPROVAL);
        assertThat(problem(() -> reviews().accept(PlanRoom.APPROVER, "own", 1, blocking, "so what")))
                .isEqualTo(ProblemType.CONFLICT);
        assertThat(problem(() -> reviews().accept(PlanRoom.APPROVER, "own", 1, "nothing", "so what")))
                .isEqualTo(ProblemType.NOT_FOUND);
        assertThat(reviews().acceptances("own", 1)).isEmpty();
    }

    private static Reviews reviews() {
        return room.get(Reviews.class);
    }

    private static Comment comment(String plan, Reviews.Remark remark) {
        return reviews().comment(PlanRoom.APPROVER, plan, 1, remark);
    }

    private static Reviews.Remark remark(String text, @Nullable String step, @Nullable String direction) {
        return new Reviews.Remark(text, step, direction, null, false);
    }

    private static ProblemType problem(ThrowingCallable call) {
        return catchThrowableOfType(Problem.class, call).type();
    }

    private static String named(String plan) {
        return PlanDocuments.RENAME.replace("rename-username", plan);
    }
}
