package dev.rubicon.web.pages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.plan.PlanRevision;
import dev.rubicon.rollout.RolloutView;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Role;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PlanActTest {

    private static final Actor AUTHOR = actor("author", Role.AUTHOR);
    private static final Actor APPROVER = actor("approver", Role.APPROVER);

    private final FakePlans plans = new FakePlans();

    private static Actor actor(String name, Role role) {
        return new Actor(name, null, Map.of("production", Set.of(role)), Set.of());
    }

    private PlanPage page(PlanRevision revision, List<RolloutView> rollouts, Actor actor) {
        return PlanPage.of(new PlanPage.Parts(revision, plans.revisions(revision.plan()),
                plans.openFindings(revision), FakePlans.comments(revision.plan()),
                plans.changesRequested(revision.plan(), revision.revision()),
                rollouts.stream().findFirst().orElse(null),
                rollouts, rollouts.size(), true,
                "changes",
                List.of(), CatalogText.none(List.of()), List.of(), null, null), actor, Instant.now());
    }

    @Test
    void leadsToTheRolloutThatIsUnderWay() {
        RolloutView moving = new FakeRollouts().get(AUTHOR, 119);
        PlanAct act = page(FakePlans.INDEX, List.of(moving), AUTHOR).act();
        assertThat(act.href()).isEqualTo("/rollouts/119");
        assertThat(act.hint()).contains("The approval of 1 more approver is missing");
        assertThat(act.open()).isTrue();
    }

    @Test
    void opensARolloutWhereNothingIsInTheWay() {
        assertThat(page(FakePlans.RENAME, List.of(), AUTHOR).act().href())
                .isEqualTo("/plans/rename-username/revisions/3/rollouts/new");
        assertThat(page(FakePlans.RENAME, List.of(), APPROVER).act())
                .matches(act -> act.href() == null && act.hint().contains("An author or operator"));
    }

    @Test
    void sendsTheAuthorOfWhatCannotBeApprovedToTheNextRevision() {
        PlanPage page = page(FakePlans.LONG, List.of(), AUTHOR);
        assertThat(page.act().href()).startsWith("/plans/new?from=move-customer").endsWith("&revision=12");
        assertThat(page.obstacles()).extracting(PlanObstacle::kind).containsOnly("fix");
        assertThat(page.obstacles()).extracting(PlanObstacle::href).startsWith("#finding-f2", "#finding-f3");
        assertThat(page.tabTitle()).startsWith("● 3 to fix");
        PlanPage approver = page(FakePlans.LONG, List.of(), APPROVER);
        assertThat(approver.act().href()).isNull();
        assertThat(approver.obstacles()).extracting(PlanObstacle::href).startsWith("#accept-f2");
    }

    @Test
    void leadsFromAnOlderRevisionToTheNewest() {
        assertThat(page(FakePlans.RENAME_BEFORE, List.of(), AUTHOR).act().label()).isEqualTo("Go to revision 3");
    }

    @Test
    void tellsWhatARevisionChanges() {
        RevisionChanges changes = RevisionChanges.of(FakePlans.RENAME_BEFORE, FakePlans.RENAME);
        assertThat(changes.changes()).extracting(RevisionChanges.Changed::what).contains("step copy-username");
        assertThat(changes.hunks()).singleElement().satisfies(hunk -> assertThat(hunk)
                .anyMatch(line -> line.should() == null && "    title: Copy the names".equals(line.is())));
    }
}
