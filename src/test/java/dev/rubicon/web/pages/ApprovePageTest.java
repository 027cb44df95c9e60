package dev.rubicon.web.pages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.gate.Blocker;
import dev.rubicon.gate.Gates;
import dev.rubicon.rollout.RolloutState;
import dev.rubicon.rollout.RolloutView;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Role;
import dev.rubicon.security.Scope;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

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
                        ? List.of(FakeRollouts.approval(119, 0, "approver", "read"))
                        : List.of()))
                .toList();
        return FakeRollouts.with(view, state, phases);
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
    void letsOnlyANewestYesToThisDigestStand() {
        RolloutView approved = rollout(RolloutState.WAITING, true, APPROVAL);
        RolloutView.PhaseView phase = approved.phases().getFirst();
        Gates.Approval yes = phase.approvals().getFirst();
        assertThat(approved.approved(phase, APPROVER)).isTrue();
        assertThat(approved.mayDecide(phase, APPROVER)).isFalse();
        assertThat(approved.mayDecide(with(phase, yes, said(yes, Gates.Decision.REJECT, yes.digest())), APPROVER))
                .as("rejected since").isTrue();
        assertThat(approved.mayDecide(with(phase, said(yes, Gates.Decision.APPROVE, "sha256:other")), APPROVER))
                .as("of another digest").isTrue();
        Actor token = new Actor("approver", "ci", APPROVER.grants(), EnumSet.allOf(Scope.class));
        assertThat(approved.mayDecide(with(phase), token)).as("a token").isFalse();
    }

    private static Gates.Approval said(Gates.Approval like, Gates.Decision decision, String digest) {
        return new Gates.Approval(like.rollout(), like.phase(), decision, like.by(), null, digest, false, Map.of(),
                like.at());
    }

    private static RolloutView.PhaseView with(RolloutView.PhaseView phase, Gates.Approval... approvals) {
        return new RolloutView.PhaseView(phase.index(), phase.phase(), phase.title(), phase.state(), phase.digest(),
                phase.evidence(), phase.blockers(), phase.progress(), phase.overTheRiver(), phase.risk(),
                phase.riskReasons(), phase.approvalsNeeded(), List.of(approvals), phase.startedAt(), phase.doneAt());
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
