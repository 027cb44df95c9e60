package dev.rubicon.web.pages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.gate.Blocker;
import dev.rubicon.rollout.RolloutState;
import dev.rubicon.rollout.RolloutView;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Role;
import java.time.Instant;
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
                        ? List.of(FakeRollouts.approval(FakePlans.INDEX, 119, 0, "approver", "read"))
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
