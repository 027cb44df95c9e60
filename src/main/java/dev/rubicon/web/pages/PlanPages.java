package dev.rubicon.web.pages;

import dev.rubicon.analysis.Judgement;
import dev.rubicon.analysis.SecondPass;
import dev.rubicon.analysis.Terms;
import dev.rubicon.analysis.recipes.Recipes;
import dev.rubicon.execution.DryRuns;
import dev.rubicon.plan.PlanRevision;
import dev.rubicon.plan.PlanText;
import dev.rubicon.plan.Plans;
import dev.rubicon.plan.RollbackPlans;
import dev.rubicon.problem.Problem;
import dev.rubicon.registry.Target;
import dev.rubicon.registry.Targets;
import dev.rubicon.rehearsal.Rehearsals;
import dev.rubicon.rollout.RolloutFilter;
import dev.rubicon.rollout.Rollouts;
import dev.rubicon.security.Actor;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** Plans: the list, one revision, submitting, reviewing. */
@Controller
@RequestMapping("/plans")
class PlanPages {

    private static final List<String> TABS = List.of("changes", "rollback", "revisions", "rollouts");

    private final Plans plans;
    private final Rollouts rollouts;
    private final ObjectProvider<ReviewDesk> reviews;
    private final Judgement judgement;
    private final SecondPass secondPass;
    private final Targets targets;
    private final DryRuns dryRuns;
    private final Recipes recipes;
    private final Rehearsals rehearsals;
    private final RollbackPlans rollbackPlans;
    private final Clock clock;

    PlanPages(Plans plans, Rollouts rollouts, ObjectProvider<ReviewDesk> reviews, Judgement judgement,
            SecondPass secondPass, Targets targets, DryRuns dryRuns, Recipes recipes,
            Rehearsals rehearsals, RollbackPlans rollbackPlans, Clock clock) {
        this.rehearsals = rehearsals;
        this.rollbackPlans = rollbackPlans;
        this.plans = plans;
        this.rollouts = rollouts;
        this.reviews = reviews;
        this.judgement = judgement;
        this.secondPass = secondPass;
        this.targets = targets;
        this.dryRuns = dryRuns;
        this.recipes = recipes;
        this.clock = clock;
    }

    @GetMapping
    String list(@RequestParam(required = false) @Nullable String q, Model model) {
        model.addAttribute("page", PlanList.of(plans.newest(), q, clock.instant()));
        return "plans";
    }

    /** @param from a plan whose text is the beginning; {@code revision} says which */
    @GetMapping("/new")
    String blank(@RequestParam(defaultValue = "") String from, @RequestParam(defaultValue = "1") int revision,
            Model model) {
        return editor(from.isEmpty() ? "" : plans.get(from, revision).source(), model);
    }

    @PostMapping("/new")
    String submit(@AuthenticationPrincipal Actor actor, @RequestParam String source, Model model,
            RedirectAttributes flash, HttpServletResponse response) {
        try {
            Plans.Submission submission = plans.submit(actor, source, mediaType(source));
            PlanRevision revision = submission.revision();
            flash.addFlashAttribute("notice", Notice.done(submission.created()
                    ? "Submitted as revision " + revision.revision()
                    : "This very text already is revision " + revision.revision()));
            return "redirect:/plans/%s/revisions/%d".formatted(revision.plan(), revision.revision());
        } catch (Problem problem) {
            response.setStatus(problem.type().status().value());
            model.addAttribute("notice", Notice.of(problem));
            return editor(source, model);
        }
    }

    private String editor(String source, Model model) {
        model.addAttribute("source", source);
        model.addAttribute("recipes", recipes.all());
        return "plan-new";
    }

    @GetMapping("/{plan}")
    String newest(@AuthenticationPrincipal Actor actor, @PathVariable String plan,
            @RequestParam(defaultValue = "changes") String tab, @RequestParam(defaultValue = "") String target,
            @RequestParam(required = false) @Nullable Integer from, Model model) {
        List<PlanRevision> revisions = plans.revisions(plan);
        if (revisions.isEmpty()) {
            throw Problem.notFound("plan " + plan);
        }
        return show(actor, revisions.getFirst(), revisions, new View(tab, target, from), model);
    }

    @GetMapping("/{plan}/revisions/{revision}")
    String one(@AuthenticationPrincipal Actor actor, @PathVariable String plan, @PathVariable int revision,
            @RequestParam(defaultValue = "changes") String tab, @RequestParam(defaultValue = "") String target,
            @RequestParam(required = false) @Nullable Integer from, Model model) {
        return show(actor, plans.get(plan, revision), plans.revisions(plan), new View(tab, target, from), model);
    }

    /** The rollback plan alone, as it is printed. */
    @GetMapping("/{plan}/revisions/{revision}/rollback")
    String print(@AuthenticationPrincipal Actor actor, @PathVariable String plan, @PathVariable int revision,
            Model model) {
        model.addAttribute("document", document(actor, plans.get(plan, revision)));
        return "rollback-plan";
    }

    private RollbackDocument document(Actor actor, PlanRevision revision) {
        return RollbackDocument.of(rollbackPlans.of(revision, RollbackDocument.approvals(revision,
                rollouts.votes(actor, revision.plan(), revision.revision(), RolloutList.ROWS))), clock.instant());
    }

    /**
     * What of a revision is asked for.
     *
     * @param target with whose catalog it is judged besides, or empty
     * @param from the revision to compare with, or null for the one before
     */
    private record View(String tab, String target, @Nullable Integer from) {}

    @PostMapping("/{plan}/revisions/{revision}/comments")
    String comment(@AuthenticationPrincipal Actor actor, @PathVariable String plan, @PathVariable int revision,
            @RequestParam(required = false) @Nullable String step,
            @RequestParam(required = false) @Nullable String direction, @RequestParam String text,
            @RequestParam(defaultValue = "false") boolean changesRequested, RedirectAttributes flash) {
        String about = empty(step);
        return act(plan, revision, about, flash, "Your remark is kept", () -> reviews.getObject().comment(actor, plan,
                revision, about, empty(direction), text, changesRequested));
    }

    @PostMapping("/{plan}/revisions/{revision}/comments/{comment}/resolve")
    String resolve(@AuthenticationPrincipal Actor actor, @PathVariable String plan, @PathVariable int revision,
            @PathVariable UUID comment, RedirectAttributes flash) {
        return act(plan, revision, null, flash, "Resolved",
                () -> reviews.getObject().resolve(actor, plan, revision, comment));
    }

    @PostMapping("/{plan}/revisions/{revision}/findings/{finding}/accept")
    String accept(@AuthenticationPrincipal Actor actor, @PathVariable String plan, @PathVariable int revision,
            @PathVariable String finding, @RequestParam String reason, RedirectAttributes flash) {
        return act(plan, revision, null, flash, "Accepted",
                () -> reviews.getObject().accept(actor, plan, revision, finding, reason));
    }

    @PostMapping("/{plan}/revisions/{revision}/dry-runs")
    String tryOut(@AuthenticationPrincipal Actor actor, @PathVariable String plan, @PathVariable int revision,
            @RequestParam String target, RedirectAttributes flash) {
        act(plan, revision, null, flash, "Tried on " + target + " and rolled back; what was met is below",
                () -> dryRuns.tryOut(actor, plan, revision, target, null));
        return "redirect:/plans/%s/revisions/%d#dry-runs".formatted(plan, revision);
    }

    private String show(Actor actor, PlanRevision revision, List<PlanRevision> revisions, View view, Model model) {
        ReviewDesk review = reviews.getIfAvailable();
        String tab = TABS.contains(view.tab) ? view.tab : TABS.getFirst();
        boolean changed = tab.equals(TABS.getFirst());
        RolloutFilter ofPlan = RolloutFilter.ofPlan(revision.plan());
        List<Target> all = changed ? targets.all(actor) : List.of();
        var parts = new PlanPage.Parts(revision, revisions, plans.openFindings(revision),
                review == null ? List.of() : review.comments(revision.plan(), revision.revision()),
                plans.changesRequested(revision.plan(), revision.revision()),
                rollouts.underWay(actor, revision.plan(), revision.revision()).orElse(null),
                tab.equals("rollouts") ? rollouts.list(actor, ofPlan, Long.MAX_VALUE, RolloutList.ROWS) : List.of(),
                rollouts.count(actor, ofPlan), review != null, tab,
                changed ? judgement.judge(plans.text(revision), Terms.TEXT).statements() : List.of(),
                changed ? catalog(actor, revision, view.target, all) : CatalogText.none(List.of()),
                rehearsals.of(actor, revision.plan(), revision.revision()),
                tab.equals("revisions") ? changes(revision, revisions, view.from) : null,
                tab.equals("rollback") ? document(actor, revision) : null);
        model.addAttribute("page", PlanPage.of(parts, actor, clock.instant()));
        if (changed) {
            model.addAttribute("dryRuns", DryRunText.of(revision, all,
                    dryRuns.of(actor, revision.plan(), revision.revision()), actor, clock.instant()));
        }
        return "plan";
    }

    private static @Nullable RevisionChanges changes(PlanRevision revision, List<PlanRevision> all,
            @Nullable Integer from) {
        return all.stream().filter(one -> from == null
                ? one.revision() < revision.revision()
                : one.revision() == from && from != revision.revision()).findFirst()
                .map(one -> RevisionChanges.of(one, revision)).orElse(null);
    }

    private CatalogText catalog(Actor actor, PlanRevision revision, String target, List<Target> all) {
        List<String> names = all.stream()
                .filter(each -> each.engine() == revision.document().engine()).map(Target::name).toList();
        if (target.isEmpty()) {
            return CatalogText.none(names);
        }
        try {
            PlanText text = plans.text(revision);
            return CatalogText.of(names, secondPass.judge(actor, target, false,
                    terms -> List.of(judgement.judge(text, terms))));
        } catch (Problem problem) {
            return CatalogText.unreadable(names, target, String.valueOf(problem.getMessage()));
        }
    }

    private static String act(String plan, int revision, @Nullable String step, RedirectAttributes flash, String done,
            Runnable deed) {
        try {
            deed.run();
            flash.addFlashAttribute("notice", Notice.done(done));
        } catch (Problem problem) {
            flash.addFlashAttribute("notice", Notice.of(problem));
        }
        return "redirect:/plans/%s/revisions/%d%s".formatted(plan, revision, step == null ? "" : "#step-" + step);
    }

    private static @Nullable String empty(@Nullable String text) {
        return text == null || text.isBlank() ? null : text;
    }

    private static String mediaType(String source) {
        return source.stripLeading().startsWith("{") ? "application/json" : "application/yaml";
    }
}
