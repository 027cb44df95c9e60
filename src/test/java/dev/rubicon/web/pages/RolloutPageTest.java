package dev.rubicon.web.pages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.rollout.RolloutFilter;
import dev.rubicon.rollout.RolloutState;
import dev.rubicon.rollout.RolloutView;
import dev.rubicon.rollout.RunState;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Role;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RolloutPageTest {

    private static final Actor APPROVER = actor("approver", Role.APPROVER);
    private static final InboxPage.Looked NOTHING = new InboxPage.Looked(Map.of(), Map.of());
    private static final Actor VIEWER = actor("viewer", Role.VIEWER);
    private static final Actor OPERATOR = actor("operator", Role.OPERATOR);

    private final FakeRollouts rollouts = new FakeRollouts();

    private static Actor actor(String name, Role role) {
        return new Actor(name, null, Map.of("production", Set.of(role)), Set.of());
    }

    private RolloutView rollout(long id) {
        return rollouts.get(APPROVER, id);
    }

    private RolloutPage page(long id, Actor actor) {
        RolloutView rollout = rollout(id);
        return RolloutPage.of(rollout, new FakePlans().get(rollout.plan(), 1), List.of(),
                Matrix.of(rollout, null, false), true, null, actor, Instant.now());
    }

    @Test
    void standsBeforeTheGateOnThisSideOfTheRiverUntilThePhaseBegins() {
        Rail rail = page(121, APPROVER).rail();
        assertThat(rail.banks().get(2).riverBefore()).isTrue();
        assertThat(rail.banks()).noneMatch(Rail.Bank::here);
        assertThat(rail.banks().get(1).after()).matches(lock -> lock.here() && !lock.open());
    }

    @Test
    void saysThatNothingComesBackFromBehindTheRiver() {
        Rail rail = page(118, APPROVER).rail();
        assertThat(rail.banks().get(1).back().tone()).isEqualTo("good");
        assertThat(rail.banks().get(2).back().head()).isEqualTo("no way back");
        assertThat(rail.banks().get(2).back().rest()).contains("but the backup");
    }

    @Test
    void tellsHowManyAreAcross() {
        assertThat(page(112, APPROVER).until()).isEqualTo("Past the point of no return on every target");
        assertThat(page(118, APPROVER).until()).isEqualTo("Reversible until Drop username");
        assertThat(page(119, APPROVER).until()).startsWith("Reversible to the end");
    }

    @Test
    void offersTheDecisionToAnApproverAndToNobodyWhoseOwnItIs() {
        assertThat(page(119, APPROVER).act()).matches(PrimaryAct::mine)
                .matches(act -> act.href().equals("/rollouts/119/phases/0/approve"));
        PrimaryAct own = page(119, actor("author", Role.APPROVER)).act();
        assertThat(own.way()).isEqualTo("none");
        assertThat(own.hint()).contains("your own");
        assertThat(page(119, OPERATOR).act().hint()).contains("An approver in production");
    }

    @Test
    void offersAnOperatorTheBlockerThatAnOperatorCanClear() {
        assertThat(page(118, OPERATOR).act().href()).isEqualTo("/rollouts/118#go");
        assertThat(page(117, OPERATOR).act()).matches(act -> act.way().equals("post"))
                .matches(act -> act.href().endsWith("/retry"));
    }

    @Test
    void asksForANamedGoWhoeverIsNamedAndNobodyElse() {
        RolloutPage named = goOf("viewer", VIEWER);
        assertThat(named.act()).matches(act -> act.mine() && act.href().equals("/rollouts/118#go"));
        assertThat(named.operations().goes()).singleElement().matches(go -> go.name().equals("reports are moved"));
        assertThat(go(named).href()).isEqualTo("/rollouts/118#go");
        assertThat(named.operations().operator()).isFalse();

        RolloutPage operator = goOf("viewer", OPERATOR);
        assertThat(operator.act().href()).doesNotContain("#go");
        assertThat(operator.operations().goes()).isEmpty();
        assertThat(go(operator).href()).isNull();
    }

    private static Obstacle go(RolloutPage page) {
        return page.waiting().getFirst().obstacles().stream().filter(one -> one.type().equals("manual")).findFirst()
                .orElseThrow();
    }

    /** The page where a go is missing that only one person may give. */
    private RolloutPage goOf(String by, Actor actor) {
        RolloutView rollout = FakeRollouts.goBy(rollout(118), by);
        return RolloutPage.of(rollout, new FakePlans().get(rollout.plan(), 1), List.of(),
                Matrix.of(rollout, null, false), true, null, actor, Instant.now());
    }

    @Test
    void listsEveryBlockerAndTellsFixFromWait() {
        List<Obstacle> obstacles = page(118, OPERATOR).waiting().getFirst().obstacles();
        assertThat(obstacles).hasSize(6);
        assertThat(obstacles).filteredOn(one -> one.kind().equals("wait")).extracting(Obstacle::type)
                .containsExactly("previous-phase", "soak");
        assertThat(obstacles).filteredOn(one -> one.type().equals("soak")).first()
                .matches(one -> one.at() != null && one.at().words().equals("in 3 d"));
        assertThat(obstacles).filteredOn(one -> one.href() != null).extracting(Obstacle::type)
                .containsExactly("deployment", "backup", "manual");
    }

    @Test
    void putsWhatFailedFirstAndCountsAll() {
        Matrix matrix = Matrix.of(rollout(1000), null, false);
        assertThat(matrix.shown()).isEqualTo(Matrix.ROWS);
        assertThat(matrix.waves().getLast().rows().getFirst().sign().word()).isEqualTo("failed");
        assertThat(matrix.filters().getFirst().number()).isEqualTo(1000);
        assertThat(matrix.waves()).hasSize(3);
        assertThat(Matrix.of(rollout(1000), "failed", false).matching()).isEqualTo(11);
    }

    @Test
    void sortsTheInboxByWhatItAsksOfTheReader() {
        List<RolloutView> all = rollouts.list(APPROVER, RolloutFilter.ALL, Long.MAX_VALUE, 10);
        InboxPage inbox = InboxPage.of(all, List.of(), List.of(), NOTHING, APPROVER, Instant.now());
        assertThat(inbox.mine()).extracting(RolloutList.Row::id).containsExactly(121L, 119L, 118L);
        assertThat(inbox.attention()).extracting(RolloutList.Row::id).containsExactly(117L);
        assertThat(inbox.done()).extracting(RolloutList.Row::id).containsExactly(112L, 110L);
        InboxPage viewer = InboxPage.of(all, List.of(), List.of(), NOTHING, actor("viewer", Role.VIEWER),
                Instant.now());
        assertThat(viewer.mine()).isEmpty();
        assertThat(viewer.moving()).extracting(RolloutList.Row::id).containsExactly(121L, 119L, 118L);
    }

    @Test
    void saysHowFastSomethingMovesAndHowLongTheRestTakes() {
        Pace pace = Pace.of(rollouts.runs(APPROVER, 118, "shop-us-46").subList(1, 2), Instant.now());
        InboxPage inbox = InboxPage.of(rollouts.list(APPROVER, RolloutFilter.ALL, Long.MAX_VALUE, 10), List.of(),
                List.of(), new InboxPage.Looked(Map.of(118L, pace), Map.of()), VIEWER, Instant.now());
        assertThat(inbox.moving()).filteredOn(row -> row.id() == 118).singleElement()
                .matches(row -> row.pace().equals("41,200 rows/s · 2 to 3 min left"));
        assertThat(inbox.moving()).filteredOn(row -> row.id() == 121).singleElement()
                .matches(row -> row.line().contains("The approval of 1 more approver is missing"));
    }

    @Test
    void putsWhatHasBeenWaitingForLongUnderWhatNeedsAttention() {
        Pace stuck = new Pace("", "shop-ap-47: Waits for a lock on users, for 7 min 11 s");
        InboxPage inbox = InboxPage.of(rollouts.list(APPROVER, RolloutFilter.ALL, Long.MAX_VALUE, 10), List.of(),
                List.of(), new InboxPage.Looked(Map.of(118L, stuck), Map.of()), VIEWER, Instant.now());
        assertThat(inbox.attention()).extracting(RolloutList.Row::id).contains(118L);
        assertThat(inbox.attention()).filteredOn(row -> row.id() == 118).singleElement()
                .matches(row -> row.line().startsWith("shop-ap-47: Waits for a lock"));
    }

    /** The one that runs, but in this state, with this note and its targets in these states. */
    private RolloutView ended(RolloutState state, String note, RunState... targets) {
        RolloutView view = rollout(118);
        return new RolloutView(view.id(), view.plan(), view.revision(), view.title(), view.digest(), view.environment(),
                state, view.startPhases(), view.speed(), view.submittedBy(), view.openedBy(), view.openedAt(),
                view.openedAt(), note, view.pointOfNoReturn(), view.crossed(), view.phases(),
                Arrays.stream(targets).map(target -> new RolloutView.TargetView("shop", 0, target, null, null,
                        List.of(), null)).toList(),
                view.lastEvent(), view.version());
    }

    @Test
    void saysWhyARolloutFailedOfWhichNoTargetDid() {
        String note = "Not done on shop: retry, skip the target with a reason, or roll back";
        assertThat(RolloutList.line(ended(RolloutState.FAILED, note, RunState.CANCELLED, RunState.DONE)))
                .isEqualTo(note);
        assertThat(RolloutList.line(ended(RolloutState.FAILED, note, RunState.FAILED, RunState.DONE)))
                .isEqualTo("failed on 1 of 2 targets");
    }

    @Test
    void saysWhereARolloutIsStillInEffectThatWentBackOnSomeTargets() {
        assertThat(RolloutList.line(ended(RolloutState.ROLLED_BACK, "not wanted", RunState.ROLLED_BACK,
                RunState.ROLLED_BACK, RunState.DONE, RunState.WAITING, RunState.DONE)))
                .isEqualTo("rolled back on 2 of 5 targets; in effect on 3");
        assertThat(RolloutList.line(ended(RolloutState.ROLLED_BACK, "not wanted", RunState.ROLLED_BACK)))
                .isEqualTo("1 target");
    }

    @Test
    void saysThatTheRehearsalOfWhatWaitsForADecisionIsStale() {
        Rehearsed rehearsed = Objects.requireNonNull(
                Rehearsed.of(new FakeRehearsals().of(APPROVER, "index-orders", 1), Instant.now()));
        InboxPage inbox = InboxPage.of(rollouts.list(APPROVER, RolloutFilter.ALL, Long.MAX_VALUE, 10), List.of(),
                List.of(), new InboxPage.Looked(Map.of(), Map.of(119L, rehearsed)), APPROVER, Instant.now());
        assertThat(inbox.stale()).singleElement().matches(stale -> stale.rollout() == 119)
                .matches(stale -> stale.moved().startsWith("index public.orders_by_customer"));
        assertThat(inbox.mine()).as("it is still to be decided on").extracting(RolloutList.Row::id).contains(119L);
        assertThat(inbox.needing()).isEqualTo(2);
        assertThat(InboxPage.undecided(rollout(119))).isTrue();
        assertThat(InboxPage.undecided(rollout(118))).isFalse();
    }

    @Test
    void showsTheRehearsedWayBackUnderThePhasesBeforeTheRiver() {
        Rehearsed rehearsed = Rehearsed.of(new FakeRehearsals().of(APPROVER, "rename-username", 3), Instant.now());
        RolloutView rollout = rollout(118);
        Rail rail = Rail.of(rollout, new FakePlans().get(rollout.plan(), 3), rehearsed);
        assertThat(rail.banks().getFirst().rehearsed()).isNotNull().matches(back -> back.took().equals("14 ms"))
                .matches(back -> back.by().href().equals("/plans/rename-username/revisions/3/rehearsals#rehearsal-3"))
                .matches(back -> back.by().stale());
        assertThat(rail.banks().get(2).rehearsed()).as("nothing comes back from there").isNull();
    }

    @Test
    void keepsTheFilterWhereAllAreAskedFor() {
        assertThat(Matrix.of(rollout(1000), "waiting", false)).matches(matrix -> matrix.group().equals("waiting"))
                .matches(matrix -> matrix.shown() < matrix.matching());
    }

    @Test
    void speaksTheSmallRail() {
        assertThat(SmallRail.of(rollout(118)).spoken())
                .isEqualTo("expand done, migrate running 79 %, the point of no return, contract waits");
    }
}
