package dev.rubicon.web.pages;

import dev.rubicon.plan.PlanRevision;
import dev.rubicon.plan.Plans;
import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import dev.rubicon.registry.Environment;
import dev.rubicon.registry.Environments;
import dev.rubicon.registry.Target;
import dev.rubicon.registry.Targets;
import dev.rubicon.rollout.RolloutView;
import dev.rubicon.rollout.Rollouts;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Permission;
import jakarta.servlet.http.HttpServletResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

/** Opening a rollout of one revision. */
@Controller
@RequestMapping("/plans/{plan}/revisions/{revision}/rollouts/new")
class OpenPages {

    /**
     * What the form shows and keeps when it is refused.
     *
     * @param environments where the reader may open one
     * @param targets of the chosen environment
     */
    record Form(String plan, int revision, String title, String until, List<String> environments, String environment,
            List<Choice> targets, String labels, String waves, String startPhases, SmallRail small) {}

    record Choice(String name, String labels, boolean ready, boolean on) {}

    private final Plans plans;
    private final Rollouts rollouts;
    private final Environments environments;
    private final Targets targets;

    OpenPages(Plans plans, Rollouts rollouts, Environments environments, Targets targets) {
        this.plans = plans;
        this.rollouts = rollouts;
        this.environments = environments;
        this.targets = targets;
    }

    @GetMapping
    String ask(@AuthenticationPrincipal Actor actor, @PathVariable String plan, @PathVariable int revision,
            @RequestParam(required = false) @Nullable String environment,
            @RequestParam(required = false) @Nullable List<String> target,
            @RequestParam(defaultValue = "") String labels, @RequestParam(defaultValue = "1, 100%") String waves,
            @RequestParam(defaultValue = "auto") String startPhases, Model model) {
        PlanRevision found = plans.get(plan, revision);
        List<String> open = environments.all().stream().map(Environment::name)
                .filter(name -> actor.may(Permission.OPEN_ROLLOUT, name)).toList();
        String chosen = environment != null && open.contains(environment)
                ? environment
                : open.isEmpty() ? "" : open.getFirst();
        List<String> on = target == null ? List.of() : target;
        List<Choice> choices = targets.all(actor).stream().filter(one -> one.environment().equals(chosen))
                .filter(one -> one.engine() == found.document().engine())
                .map(one -> new Choice(one.name(), labels(one), ready(one), on.contains(one.name()))).toList();
        model.addAttribute("page", new Form(plan, revision, found.document().title(), PlanPage.until(found), open,
                chosen, choices, labels, waves, startPhases, SmallRail.of(found)));
        return "rollout-new";
    }

    @PostMapping
    String open(@AuthenticationPrincipal Actor actor, @PathVariable String plan, @PathVariable int revision,
            @RequestParam String environment, @RequestParam(required = false) @Nullable List<String> target,
            @RequestParam(defaultValue = "") String labels, @RequestParam(defaultValue = "") String waves,
            @RequestParam(defaultValue = "auto") String startPhases, Model model, RedirectAttributes flash,
            HttpServletResponse response) {
        List<String> names = target == null ? List.of() : target;
        try {
            RolloutView opened = rollouts.open(actor, new Rollouts.Order(plan, revision, environment, names,
                    labels(labels), waves(waves), startPhases));
            flash.addFlashAttribute("notice", Notice.done("The rollout is open; its targets are frozen"));
            return "redirect:/rollouts/" + opened.id();
        } catch (Problem problem) {
            response.setStatus(problem.type().status().value());
            model.addAttribute("notice", Notice.of(problem));
            return ask(actor, plan, revision, environment, names, labels, waves, startPhases, model);
        }
    }

    private static boolean ready(Target target) {
        return target.lastCheck() != null && target.lastCheck().ok();
    }

    private static String labels(Target target) {
        return String.join(" ", target.labels().entrySet().stream().sorted(Map.Entry.comparingByKey())
                .map(label -> label.getKey() + "=" + label.getValue()).toList());
    }

    /** {@code fleet=eu, tier=1} */
    static Map<String, String> labels(String text) {
        Map<String, String> labels = new LinkedHashMap<>();
        for (String part : text.split("[,\\s]+")) {
            if (!part.isEmpty()) {
                int equals = part.indexOf('=');
                if (equals < 1) {
                    throw invalid("labels", "'" + part + "' is not a label: write name=value");
                }
                labels.put(part.substring(0, equals), part.substring(equals + 1));
            }
        }
        return labels;
    }

    /** {@code 1, 10%, 100%} */
    static List<Rollouts.Wave> waves(String text) {
        List<Rollouts.Wave> waves = new ArrayList<>();
        for (String part : text.split("[,\\s]+")) {
            if (!part.isEmpty()) {
                boolean percent = part.endsWith("%");
                int number = number(percent ? part.substring(0, part.length() - 1) : part);
                waves.add(percent ? new Rollouts.Wave(null, number) : new Rollouts.Wave(number, null));
            }
        }
        return waves;
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw invalid("waves",
                    "'" + text + "' is not a wave: write numbers of targets or percent, like 1, 10%, 100%");
        }
    }

    private static Problem invalid(String field, String message) {
        return new Problem(ProblemType.INVALID_INPUT, message,
                Map.of("violations", List.of(Map.of("pointer", "/" + field, "message", message))));
    }
}
