package dev.rubicon.web.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rubicon.analysis.Judgement;
import dev.rubicon.gate.Blocker;
import dev.rubicon.gate.Gates;
import dev.rubicon.plan.Plans;
import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import dev.rubicon.rehearsal.Rehearsals;
import dev.rubicon.rollout.RolloutState;
import dev.rubicon.rollout.RolloutView;
import dev.rubicon.rollout.Rollouts;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Role;
import dev.rubicon.security.Scope;
import java.time.Clock;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.ui.ConcurrentModel;
import org.springframework.web.servlet.mvc.support.RedirectAttributesModelMap;

class ApprovePageTest {

    private static final Actor APPROVER = new Actor("approver", null, Map.of("production", Set.of(Role.APPROVER)),
            Set.of());
    private static final Blocker APPROVAL = FakeRollouts.blocker("approval", "1 of 2 approvals given", "an approver",
            null);
    private static final Blocker SHORTAGE = FakeRollouts.blocker("rehearsal",
            "A rehearsal is demanded; the newest, #3, is passed, and stale: index by_name is new", "an author", null);

    /** The one that waits for approvals before its first phase, with other blockers, approved by this reader or not. */
    private static RolloutView rollout(RolloutState state, boolean approved, Blocker... blockers) {
        RolloutView view = new FakeRollouts().get(APPROVER, 119);
        List<RolloutView.PhaseView> phases = view.phases().stream().map(phase -> FakeRollouts.with(phase,
                List.of(blockers), approved && phase.index() == 0
                        ? List.of(FakeRollouts.approval(FakePlans.INDEX, 119, 0, "approver", "read"))
                        : List.of()))
                .toList();
        return FakeRollouts.needing(FakeRollouts.with(view, state, phases), 2);
    }

    /** The first phase of that rollout with these decisions, the oldest first. */
    private static RolloutView decided(RolloutState state, List<Blocker> blockers, Gates.Approval... decisions) {
        RolloutView view = rollout(state, false);
        return FakeRollouts.with(view, state, view.phases().stream()
                .map(phase -> FakeRollouts.with(phase, blockers, phase.index() == 0
                        ? List.of(decisions)
                        : List.of()))
                .toList());
    }

    private static ApprovePage page(RolloutView rollout, int phase) {
        return ApprovePage.of(rollout, FakePlans.INDEX, phase, List.of(), List.of(), null, APPROVER, Instant.now());
    }

    @Test
    void saysWhatTheEvidenceIsShortOf() {
        assertThat(page(rollout(RolloutState.WAITING, false, APPROVAL, SHORTAGE), 0).shortage())
                .contains("stale: index by_name is new");
        assertThat(page(rollout(RolloutState.WAITING, false, APPROVAL), 0).shortage()).isNull();
    }

    @Test
    void letsWhoeverApprovedRejectUntilThePhaseBegins() {
        ApprovePage approved = page(rollout(RolloutState.WAITING, true, APPROVAL), 0);
        assertThat(approved.refusal()).isEqualTo("You approved; one more is needed.");
        assertThat(approved.mayTakeBack()).isTrue();
        assertThat(page(rollout(RolloutState.WAITING, true), 0).mayTakeBack()).as("with all approvals given").isTrue();
        assertThat(page(rollout(RolloutState.WAITING, false, APPROVAL), 0)).matches(page -> !page.mayTakeBack())
                .matches(page -> page.refusal() == null);
        assertThat(page(rollout(RolloutState.CANCELLED, true), 0).mayTakeBack()).isFalse();
    }

    @Test
    void letsATokenDecideOnNothing() {
        RolloutView rollout = rollout(RolloutState.WAITING, false, APPROVAL);
        Actor token = new Actor("approver", "ci", APPROVER.grants(), EnumSet.allOf(Scope.class));
        assertThat(rollout.mayDecide(rollout.phases().getFirst(), APPROVER)).isTrue();
        assertThat(rollout.mayDecide(rollout.phases().getFirst(), token)).isFalse();
    }

    @Test
    void letsARejectionNameTheRolloutAlone() {
        RolloutView rollout = rollout(RolloutState.WAITING, false, APPROVAL);
        RolloutView.PhaseView phase = rollout.phases().getFirst();
        RolloutView.PhaseView onEvidence = new RolloutView.PhaseView(phase.index(), phase.phase(), phase.title(),
                phase.state(), "sha256:with-evidence", phase.evidence(), phase.blockers(), phase.progress(),
                phase.overTheRiver(), phase.risk(), phase.riskReasons(), phase.approvalsNeeded(), phase.approvals(),
                phase.startedAt(), phase.doneAt());
        ApprovePage page = page(FakeRollouts.with(rollout, rollout.state(), List.of(onEvidence)), 0);
        assertThat(page.digest()).isEqualTo("sha256:with-evidence");
        assertThat(page.rollout()).isEqualTo(rollout.digest());
    }

    @Test
    void countsTheLastWordOfEachPerson() {
        Gates.Approval yes = FakeRollouts.approval(FakePlans.INDEX, 119, 0, "approver", "read");
        Gates.Approval no = FakeRollouts.rejection(119, 0, "approver");
        assertThat(page(decided(RolloutState.WAITING, List.of(APPROVAL), yes, no), 0).approvals())
                .isEqualTo("0 of 2 approvals");
        assertThat(page(decided(RolloutState.WAITING, List.of(APPROVAL), yes, yes), 0).approvals())
                .isEqualTo("1 of 2 approvals");
        assertThat(page(decided(RolloutState.WAITING, List.of(), no, yes,
                FakeRollouts.approval(FakePlans.INDEX, 119, 0, "second", "")), 0).approvals())
                .isEqualTo("2 of 2 approvals");
    }

    @Test
    void saysHowManyMoreAreNeeded() {
        RolloutView three = FakeRollouts.needing(rollout(RolloutState.WAITING, true, APPROVAL), 3);
        assertThat(page(three, 0).refusal()).isEqualTo("You approved; 2 more are needed.");
    }

    @Test
    void saysOfARolloutThatIsOverThatNothingBeginsInIt() {
        ApprovePage cancelled = page(rollout(RolloutState.CANCELLED, false), 0);
        assertThat(cancelled.refusal()).isEqualTo("The rollout is cancelled: no phase of it begins any more.");
        assertThat(cancelled.approvals()).isEqualTo("0 of 2 approvals");
        assertThat(page(rollout(RolloutState.WAITING, true), 0).refusal())
                .isEqualTo("This phase has all the approvals it needs.");
    }

    @Test
    void saysOfAPhaseThatBeganThatItDid() {
        RolloutView rollout = new FakeRollouts().get(APPROVER, 118);
        assertThat(ApprovePage.of(rollout, FakePlans.RENAME, 0, List.of(), List.of(), null, APPROVER, Instant.now())
                .refusal()).endsWith(" is done already.");
    }

    @Test
    void knowsNoPhaseBehindTheLast() {
        ApprovePages pages = new ApprovePages(FakeWorld.standIn(Rollouts.class, new FakeRollouts()),
                FakeWorld.standIn(Plans.class, new FakePlans()), FakeWorld.standIn(Judgement.class, new Object()),
                FakeWorld.standIn(Rehearsals.class, new Object()), Clock.systemUTC());
        for (int phase : new int[]{-1, 3, Integer.MAX_VALUE}) {
            assertThatThrownBy(() -> pages.decide(APPROVER, 121, phase, "approve", "", "", null, null,
                    new ConcurrentModel(), new RedirectAttributesModelMap(), new MockHttpServletResponse()))
                    .isInstanceOfSatisfying(Problem.class,
                            problem -> assertThat(problem.type()).isEqualTo(ProblemType.NOT_FOUND));
        }
    }

    @Test
    void saysOfEachPhaseWhyThisReaderCannotDecideOnIt() {
        Actor author = new Actor("author", null, APPROVER.grants(), Set.of());
        RolloutView rollout = new FakeRollouts().get(APPROVER, 118);
        RolloutView paused = FakeRollouts.with(rollout, RolloutState.PAUSED, rollout.phases().stream()
                .map(phase -> FakeRollouts.with(phase, List.of(APPROVAL), List.of())).toList());
        assertThat(ApprovePage.of(paused, FakePlans.RENAME, 2, List.of(), List.of(), null, author, Instant.now())
                .refusal()).isEqualTo("It is your own, so somebody else decides.");
    }

    @Test
    void letsAnApprovalStandOnlyWhileTheRolloutGoesForward() {
        assertThat(Late.stands(rollout(RolloutState.WAITING, true), 0, APPROVER)).isTrue();
        assertThat(Late.stands(rollout(RolloutState.ROLLED_BACK, true), 0, APPROVER)).isFalse();
    }
}
