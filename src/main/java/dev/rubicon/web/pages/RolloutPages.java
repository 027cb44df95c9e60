package dev.rubicon.web.pages;

import dev.rubicon.engine.HolderAction;
import dev.rubicon.execution.PhaseRunView;
import dev.rubicon.plan.PlanRevision;
import dev.rubicon.plan.Plans;
import dev.rubicon.problem.Problem;
import dev.rubicon.registry.Environment;
import dev.rubicon.registry.Environments;
import dev.rubicon.rehearsal.ProductionCheck;
import dev.rubicon.rehearsal.Rehearsals;
import dev.rubicon.rollout.Holders;
import dev.rubicon.rollout.Quarantine;
import dev.rubicon.rollout.RolloutState;
import dev.rubicon.rollout.RolloutView;
import dev.rubicon.rollout.Rollouts;
import dev.rubicon.rollout.RunState;
import dev.rubicon.rehearsal.Surveys;
import dev.rubicon.rollout.WaysBackDrilled;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Permission;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** The rollouts' reading pages: the list, one rollout, one run. */
@Controller
@RequestMapping("/rollouts")
class RolloutPages {

    /** How many runs the page opens in full; the others are one click away. */
    private static final int CARDS = 2;

    private final Rollouts rollouts;
    private final Holders holders;
    private final Quarantine quarantine;
    private final Plans plans;
    private final Rehearsals rehearsals;
    private final ProductionCheck production;
    private final Environments environments;
    private final ObjectProvider<ReportDesk> reports;
    private final WaysBackDrilled ways;
    private final Surveys surveys;
    private final Clock clock;

    RolloutPages(Rollouts rollouts, Holders holders, Quarantine quarantine, Plans plans,
            Rehearsals rehearsals, ProductionCheck production, Environments environments,
            ObjectProvider<ReportDesk> reports, WaysBackDrilled ways, Surveys surveys, Clock clock) {
        this.ways = ways;
        this.surveys = surveys;
        this.rehearsals = rehearsals;
        this.environments = environments;
        this.rollouts = rollouts;
        this.holders = holders;
        this.quarantine = quarantine;
        this.plans = plans;
        this.production = production;
        this.reports = reports;
        this.clock = clock;
    }

    @GetMapping
    String list(@AuthenticationPrincipal Actor actor, @RequestParam(required = false) @Nullable String state,
            @RequestParam(required = false) @Nullable String environment,
            @RequestParam(required = false) @Nullable String plan,
            @RequestParam(required = false) @Nullable Long before, Model model) {
        RolloutList.Wish wish = RolloutList.Wish.of(state, environment, plan);
        List<String> seen = environments.all().stream().map(Environment::name).filter(actor::sees).toList();
        model.addAttribute("page", RolloutList.of(rollouts.list(actor, wish.filter(),
                before == null ? Long.MAX_VALUE : before, RolloutList.ROWS + 1), wish, seen, actor, clock.instant()));
        return "rollouts";
    }

    @GetMapping("/{id}")
    String one(@AuthenticationPrincipal Actor actor, @PathVariable long id,
            @RequestParam(required = false) @Nullable String state,
            @RequestParam(defaultValue = "false") boolean all, Model model) {
        RolloutView rollout = rollouts.get(actor, id);
        PlanRevision revision = plans.get(rollout.plan(), rollout.revision());
        model.addAttribute("page", RolloutPage.of(rollout, revision, cards(actor, rollout),
                Matrix.of(rollout, state, all), reports.getIfAvailable() != null, rehearsed(actor, rollout), actor,
                clock.instant()));
        model.addAttribute("ways", DrilledPart.of(ways.of(actor, id), rollout, actor, clock.instant()));
        model.addAttribute("survey", rollout.state().ended()
                ? null
                : surveys.of(id).map(SurveyPart::of).orElse(null));
        return "rollout";
    }

    private @Nullable Rehearsed rehearsed(Actor actor, RolloutView rollout) {
        return Rehearsed.of(rehearsals.of(actor, rollout.plan(), rollout.revision()),
                rollout.targets().stream().map(RolloutView.TargetView::target).toList(), clock.instant());
    }

    @GetMapping("/{id}/runs/{target}")
    String run(@AuthenticationPrincipal Actor actor, @PathVariable long id, @PathVariable String target,
            Model model) {
        RolloutView rollout = rollouts.get(actor, id);
        RolloutView.TargetView view = rollout.targets().stream().filter(one -> one.target().equals(target))
                .findFirst().orElseThrow(() -> Problem.notFound("target " + target + " in rollout " + id));
        List<PhaseRunView> runs = rollouts.runs(actor, id, target);
        model.addAttribute("page", RunPage.of(rollout, view, runs, actor, holders.allowedIn(rollout.environment()),
                production.of(actor, plans.get(rollout.plan(), rollout.revision()), runs),
                aside(actor, id, target, runs), clock.instant()));
        return "run";
    }

    @GetMapping("/{id}/runs/{target}/holders/{pid}/{action:cancel|end}")
    String holder(@AuthenticationPrincipal Actor actor, @PathVariable long id, @PathVariable String target,
            @PathVariable int pid, @PathVariable String action, @RequestParam(defaultValue = "") String reason,
            Model model) {
        RolloutView rollout = rollouts.get(actor, id);
        actor.demand(Permission.OPERATE, rollout.environment());
        model.addAttribute("page", HolderPage.of(rollout, target, rollouts.runs(actor, id, target), pid,
                HolderAction.valueOf(action.toUpperCase(Locale.ROOT)), reason));
        return "holder";
    }

    /** The target is asked only where rows are known to be set aside. */
    private Map<String, AsideTable> aside(Actor actor, long id, String target, List<PhaseRunView> runs) {
        return newest(runs).flatMap(run -> run.steps().stream().filter(step -> AsideTable.concerns(run, step))
                .map(step -> Map.entry(step.step(), AsideTable.of(run, step.step(),
                        () -> quarantine.of(actor, id, target, step.step(), null, AsideTable.MOST)))))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** The newest phase run of what failed or moves: failed first. */
    private List<RunCard> cards(Actor actor, RolloutView rollout) {
        if (rollout.state() == RolloutState.DONE) {
            return List.of();
        }
        Instant now = clock.instant();
        return rollout.targets().stream().filter(target -> urgency(target) < 3)
                .sorted(Comparator.comparingInt(RolloutPages::urgency)).limit(CARDS)
                .flatMap(target -> newest(rollouts.runs(actor, rollout.id(), target.target())))
                .map(run -> RunCard.of(run, rollout.phases().get(run.phase()).title(), now)).toList();
    }

    private static Stream<PhaseRunView> newest(List<PhaseRunView> runs) {
        return runs.isEmpty() ? Stream.of() : Stream.of(runs.getLast());
    }

    private static int urgency(RolloutView.TargetView target) {
        if (target.state() == RunState.FAILED) {
            return 0;
        }
        if (target.blocker() != null && target.state() == RunState.RUNNING) {
            return 1;
        }
        return target.state() == RunState.RUNNING || target.state() == RunState.ROLLING_BACK ? 2 : 3;
    }
}
