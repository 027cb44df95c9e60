package dev.rubicon.plan;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import dev.rubicon.security.NotAllowed;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PlansTest {

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
    void storesASubmissionWithItsVerdictAndMigrationNames() {
        Plans.Submission submission = room.plans().submit(PlanRoom.AUTHOR, named("stores"), "application/yaml");
        assertThat(submission.created()).isTrue();
        PlanRevision revision = submission.revision();
        assertThat(revision.revision()).isEqualTo(1);
        assertThat(revision.submittedBy()).isEqualTo("ann");
        assertThat(revision.migrations()).containsEntry("drop-username", "20260304050607_drop_username").hasSize(3);
        assertThat(revision.verdict()).isNotNull();
        assertThat(requireNonNull(requireNonNull(revision.verdict()).pointOfNoReturn()).step())
                .isEqualTo("drop-username");
        assertThat(revision.overTheRiver(1)).isFalse();
        assertThat(revision.overTheRiver(2)).isTrue();
        assertThat(room.plans().find("stores", 1)).contains(revision);
        assertThat(room.audited).contains("plan.submitted stores by ann");
    }

    @Test
    void givesAJudgementTimeOnASlowMachine() {
        room.submit(named("slow"));

        assertThat(room.silences).contains("2min");
    }

    @Test
    void findsTheSameContentToBeTheSameRevision() {
        PlanRevision first = room.submit(named("same"));
        Plans.Submission again = room.plans().submit(PlanRoom.OTHER_AUTHOR, "# a comment\n" + named("same"),
                "application/yaml");
        assertThat(again.created()).isFalse();
        assertThat(again.revision()).isEqualTo(first);
        assertThat(room.audited).containsOnlyOnce("plan.submitted same by ann");
        assertThat(room.submit(named("same").replace("APP-1423", "APP-1")).revision()).isEqualTo(2);
        assertThat(room.plans().revisions("same")).extracting(PlanRevision::revision).containsExactly(2, 1);
    }

    @Test
    void givesManySubmissionsAtOnceOneRevisionEachAndNoNumberTwice() throws Exception {
        CyclicBarrier start = new CyclicBarrier(8);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Plans.Submission>> calls = IntStream
                    .range(0, 8).<Callable<Plans.Submission>>mapToObj(i -> () -> {
                        start.await();
                        String text = named("crowd").replace("APP-1423", "APP-" + i / 2);
                        return room.plans().submit(PlanRoom.AUTHOR, text, "application/yaml");
                    }).toList();
            List<Plans.Submission> done = threads.invokeAll(calls).stream().map(Future::resultNow).toList();
            assertThat(done).filteredOn(Plans.Submission::created).extracting(each -> each.revision().revision())
                    .containsExactlyInAnyOrder(1, 2, 3, 4);
        }
        assertThat(room.plans().revisions("crowd")).hasSize(4);
    }

    @Test
    void refusesSubmissionsOfThoseWhoAreNoAuthors() {
        assertThatThrownBy(() -> room.plans().submit(PlanRoom.VIEWER, named("no"), "application/yaml"))
                .isInstanceOf(NotAllowed.class);
        assertThat(room.plans().find("no", 1)).isEmpty();
    }

    @Test
    void keepsTheFirstVerdict() {
        PlanRevision revision = room.submit(named("verdict"));
        room.plans().report("verdict", 1, new Verdict(List.of(), java.util.Map.of(), null));
        assertThat(room.plans().get("verdict", 1)).isEqualTo(revision);
        assertThat(catchThrowableOfType(Problem.class,
                () -> room.plans().report("verdict", 9, new Verdict(List.of(), java.util.Map.of(), null))).type())
                .isEqualTo(ProblemType.NOT_FOUND);
    }

    @Test
    void listsTheNewestRevisionOfEachPlanNewestFirst() {
        try (PlanRoom own = new PlanRoom()) {
            for (String name : List.of("a", "b", "c")) {
                own.submit(named(name));
                own.clock.advance(Duration.ofMinutes(1));
            }
            own.submit(named("a").replace("APP-1423", "APP-1"));
            List<PlanRevision> newest = own.plans().newest();
            assertThat(newest).extracting(PlanRevision::plan).containsExactly("a", "c", "b");
            assertThat(newest.getFirst().revision()).isEqualTo(2);
            assertThat(own.plans().newest(newest.getFirst().submittedAt(), "a", 1)).containsExactly(newest.get(1));
        }
    }

    @Test
    void holdsBlockingFindingsAndUnacceptedErrorsAgainstAnApproval() {
        assertThat(room.plans().openFindings(room.submit(named("clean")))).isEmpty();
        PlanRevision hidden = room.submit(named("hidden").replace("pointOfNoReturn: true", "pointOfNoReturn: false"));
        assertThat(room.plans().openFindings(hidden)).extracting(Finding::rule)
                .containsExactly("undeclared-point-of-no-return");
        PlanRevision judged = withFindings(hidden, finding("e1", Severity.ERROR), finding("w1", Severity.WARNING));
        assertThat(room.plans().openFindings(judged)).extracting(Finding::id).containsExactly("e1");
        PlanRevision unjudged = withVerdict(hidden, null);
        assertThat(room.plans().openFindings(unjudged)).extracting(Finding::rule).containsExactly("not-judged");
    }

    @Test
    void countsAnErrorThatTheDocumentAcceptsAsNotOpen() {
        PlanRevision revision = room.submit(named("accepts").replace("phases:",
                "accept: [{ rule: some-rule, step: add-display-name, because: small }]\nphases:"));
        assertThat(room.plans().openFindings(withFindings(revision, finding("e1", Severity.ERROR)))).isEmpty();
        assertThat(room.plans().openFindings(withFindings(revision, finding("b1", Severity.BLOCKING)))).hasSize(1);
    }

    private static Finding finding(String id, Severity severity) {
        return new Finding(id, "some-rule", severity, "add-display-name", "forward", 1, 1, "m", "w", null);
    }

    private static PlanRevision withFindings(PlanRevision revision, Finding... findings) {
        return withVerdict(revision, new Verdict(List.of(findings), java.util.Map.of(), null));
    }

    private static PlanRevision withVerdict(PlanRevision from, @Nullable Verdict verdict) {
        return new PlanRevision(from.plan(), from.revision(), from.digest(), from.document(), from.source(),
                from.mediaType(), from.submittedBy(), from.submittedAt(), from.migrations(), verdict);
    }

    private static String named(String plan) {
        return PlanDocuments.RENAME.replace("rename-username", plan);
    }
}
