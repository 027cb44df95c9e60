package dev.rubicon.web.pages;

import dev.rubicon.problem.Problem;
import dev.rubicon.rehearsal.Rehearsals;
import dev.rubicon.rollout.RolloutView;
import dev.rubicon.rollout.Rollouts;
import dev.rubicon.security.Actor;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** Rolling back: first what it will lose, counted now; then one confirm, of what was shown. */
@Controller
@RequestMapping("/rollouts/{id}/rollback")
class ReturnPages {

    private final Rollouts rollouts;
    private final Rehearsals rehearsals;
    private final Clock clock;

    ReturnPages(Rollouts rollouts, Rehearsals rehearsals, Clock clock) {
        this.rehearsals = rehearsals;
        this.clock = clock;
        this.rollouts = rollouts;
    }

    @GetMapping
    String ask(@AuthenticationPrincipal Actor actor, @PathVariable long id,
            @RequestParam(required = false) @Nullable Integer toPhase,
            @RequestParam(required = false) @Nullable List<String> target, Model model) {
        RolloutView rollout = rollouts.get(actor, id);
        int to = toPhase == null ? ReturnPage.newestBegun(rollout) : toPhase;
        List<String> targets = target == null ? List.of() : target;
        Rollouts.ReturnPreview preview = rollouts.previewRollback(actor, id,
                new Rollouts.Return(to, "", targets, false));
        model.addAttribute("page", ReturnPage.of(rollout, to, targets, preview,
                Rehearsed.of(rehearsals.of(actor, rollout.plan(), rollout.revision()),
                        rollout.targets().stream().map(RolloutView.TargetView::target).toList(), clock.instant()),
                actor, clock.instant()));
        return "rollback";
    }

    @PostMapping
    String confirm(@AuthenticationPrincipal Actor actor, @PathVariable long id, @RequestParam int toPhase,
            @RequestParam String reason, @RequestParam String shown,
            @RequestParam(required = false) @Nullable List<String> target,
            @RequestParam(defaultValue = "false") boolean force, Model model, RedirectAttributes flash,
            HttpServletResponse response) {
        List<String> targets = target == null ? List.of() : target;
        try {
            rollouts.rollback(actor, id, new Rollouts.Return(toPhase, reason, targets, force), shown);
        } catch (Problem problem) {
            response.setStatus(problem.type().status().value());
            model.addAttribute("notice", Late.back(problem));
            model.addAttribute("reason", reason);
            return ask(actor, id, toPhase, targets, model);
        }
        flash.addFlashAttribute("notice", Notice.done("Rolling back"));
        return "redirect:/rollouts/" + id;
    }
}
