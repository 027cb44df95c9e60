package dev.rubicon.web.pages;

import dev.rubicon.engine.HolderAction;
import dev.rubicon.engine.HolderAnswer;
import dev.rubicon.execution.RunRequest;
import dev.rubicon.problem.Problem;
import dev.rubicon.rollout.Holders;
import dev.rubicon.rollout.RolloutView;
import dev.rubicon.rollout.Rollouts;
import dev.rubicon.rollout.WaysBackDrilled;
import dev.rubicon.security.Actor;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;
import org.springframework.web.util.UriComponentsBuilder;

/** The buttons and small forms of the rollout's page. Each answers with the page it came from, and what came of it. */
@Controller
@RequestMapping("/rollouts/{id}")
class RolloutActs {

    private final Rollouts rollouts;
    private final Holders holders;
    private final ObjectProvider<ReportDesk> reports;
    private final WaysBackDrilled ways;
    private final Clock clock;

    RolloutActs(Rollouts rollouts, Holders holders, ObjectProvider<ReportDesk> reports, WaysBackDrilled ways,
            Clock clock) {
        this.ways = ways;
        this.rollouts = rollouts;
        this.holders = holders;
        this.reports = reports;
        this.clock = clock;
    }

    @PostMapping("/pause")
    String pause(@AuthenticationPrincipal Actor actor, @PathVariable long id, RedirectAttributes flash) {
        return stop(id, flash, RunRequest.Verb.PAUSE, () -> rollouts.pause(actor, id));
    }

    @PostMapping("/resume")
    String resume(@AuthenticationPrincipal Actor actor, @PathVariable long id, RedirectAttributes flash) {
        return act(id, flash, "Resumed", () -> rollouts.resume(actor, id));
    }

    @PostMapping("/cancel")
    String cancel(@AuthenticationPrincipal Actor actor, @PathVariable long id,
            @RequestParam(defaultValue = "false") boolean confirmed,
            @RequestHeader(name = "HX-Request", defaultValue = "false") boolean asked, RedirectAttributes flash) {
        if (!confirmed && !asked) {
            return question("/rollouts/{id}/cancel", id);
        }
        return stop(id, flash, RunRequest.Verb.CANCEL, () -> rollouts.cancel(actor, id));
    }

    @PostMapping("/retry")
    String retry(@AuthenticationPrincipal Actor actor, @PathVariable long id, RedirectAttributes flash) {
        return act(id, flash, "Tried again", () -> rollouts.retry(actor, id));
    }

    /** @param target the one, or empty for the one that was drilled longest ago */
    @PostMapping("/drills")
    String drill(@AuthenticationPrincipal Actor actor, @PathVariable long id,
            @RequestParam(defaultValue = "") String target, RedirectAttributes flash) {
        return act(id, flash, "The way back is drilled on a shadow; the target is only read",
                () -> ways.ask(actor, id, target.isEmpty() ? null : target));
    }

    @PostMapping("/speed")
    String speed(@AuthenticationPrincipal Actor actor, @PathVariable long id, @RequestParam int percent,
            RedirectAttributes flash) {
        return act(id, flash, "Backfills go at " + percent + " %",
                () -> rollouts.speed(actor, id, Math.clamp(percent, 0, 100) / 100.0));
    }

    @PostMapping("/phases/{phase}/start")
    String start(@AuthenticationPrincipal Actor actor, @PathVariable long id, @PathVariable int phase,
            RedirectAttributes flash) {
        return act(id, flash, "Started", () -> rollouts.start(actor, id, phase));
    }

    @PostMapping("/phases/{phase}/go")
    String go(@AuthenticationPrincipal Actor actor, @PathVariable long id, @PathVariable int phase,
            @RequestParam String name, @RequestParam(required = false) @Nullable String comment,
            RedirectAttributes flash) {
        return act(id, flash, "The go “" + name + "” is given",
                () -> rollouts.giveGo(actor, id, phase, name, comment));
    }

    @PostMapping("/runs/{target}/skip")
    String skip(@AuthenticationPrincipal Actor actor, @PathVariable long id, @PathVariable String target,
            @RequestParam String reason, RedirectAttributes flash) {
        return act(id, flash, target + " is left out", () -> rollouts.skip(actor, id, target, reason));
    }

    @PostMapping("/deployments")
    String deployment(@AuthenticationPrincipal Actor actor, @PathVariable long id, @RequestParam String application,
            @RequestParam String version, @RequestParam String state, RedirectAttributes flash) {
        String environment = rollouts.get(actor, id).environment();
        return act(id, flash, "%s %s is recorded as %s".formatted(application, version, state),
                () -> reports.getObject().deployment(actor, application.strip(), version.strip(), environment,
                        state.equals("live")));
    }

    /** @param target the one, or empty for every target of the rollout */
    @PostMapping("/backups")
    String backup(@AuthenticationPrincipal Actor actor, @PathVariable long id, @RequestParam String target,
            @RequestParam int hoursAgo, @RequestParam String kind, @RequestParam String reference,
            @RequestParam String evidence, RedirectAttributes flash) {
        List<String> targets = target.isEmpty()
                ? rollouts.get(actor, id).targets().stream().map(RolloutView.TargetView::target).toList()
                : List.of(target);
        return act(id, flash, "Recorded a backup of " + String.join(", ", targets),
                () -> targets.forEach(one -> reports.getObject().backup(actor, one,
                        clock.instant().minus(Duration.ofHours(hoursAgo)), kind.strip(), reference.strip(), evidence,
                        null)));
    }

    @PostMapping("/runs/{target}/{verb:pause|resume|cancel|retry|release}")
    String operateRun(@AuthenticationPrincipal Actor actor, @PathVariable long id, @PathVariable String target,
            @PathVariable String verb, @RequestParam(defaultValue = "false") boolean confirmed,
            @RequestHeader(name = "HX-Request", defaultValue = "false") boolean asked, RedirectAttributes flash) {
        if (verb.equals("cancel") && !confirmed && !asked) {
            return question("/rollouts/{id}/runs/{target}/cancel", id, target);
        }
        return onRun(id, target, flash, () -> said(rollouts.operateRun(actor, id, target,
                Rollouts.RunVerb.valueOf(verb.toUpperCase(Locale.ROOT)), null), target, verb));
    }

    @PostMapping("/runs/{target}/steps/{step}/{verb:pause|cancel|retry|skip|accept}")
    String operateStep(@AuthenticationPrincipal Actor actor, @PathVariable long id, @PathVariable String target,
            @PathVariable String step, @PathVariable String verb,
            @RequestParam(required = false) @Nullable String reason,
            @RequestParam(defaultValue = "false") boolean confirmed,
            @RequestHeader(name = "HX-Request", defaultValue = "false") boolean asked, RedirectAttributes flash) {
        if (verb.equals("cancel") && !confirmed && !asked) {
            return question("/rollouts/{id}/runs/{target}/steps/{step}/cancel", id, target, step);
        }
        return onRun(id, target, flash, () -> said(rollouts.operateStep(actor, id, target, step,
                Rollouts.StepVerb.valueOf(verb.toUpperCase(Locale.ROOT)), reason), target, verb + " of " + step));
    }

    @PostMapping("/runs/{target}/holders/{pid}/{action:cancel|end}")
    String clear(@AuthenticationPrincipal Actor actor, @PathVariable long id, @PathVariable String target,
            @PathVariable int pid, @PathVariable String action,
            @RequestParam(required = false) @Nullable String reason,
            @RequestParam(defaultValue = "false") boolean confirmed,
            @RequestHeader(name = "HX-Request", defaultValue = "false") boolean asked, RedirectAttributes flash) {
        if (!confirmed && !asked) {
            flash.addAttribute("reason", reason == null ? "" : reason);
            return question("/rollouts/{id}/runs/{target}/holders/{pid}/{action}", id, target, pid, action);
        }
        return onRun(id, target, flash, () -> {
            HolderAnswer answer = holders.clear(actor, id, target, pid,
                    HolderAction.valueOf(action.toUpperCase(Locale.ROOT)), reason);
            return new Notice(answer.cleared() ? "good" : "bad",
                    answer.cleared() ? "Pid " + pid + " is out of the way" : "Pid " + pid + " is still in the way",
                    answer.message(), "", List.of());
        });
    }

    /** To the page that asks whether it is meant: without the script nobody has asked yet. */
    private static String question(String path, Object... names) {
        return "redirect:" + UriComponentsBuilder.fromPath(path).buildAndExpand(names).encode().toUriString();
    }

    /** A request that came too late is no error, and says so. */
    private static Notice said(RolloutView rollout, String target, String verb) {
        RunRequest newest = rollout.targets().stream().filter(one -> one.target().equals(target))
                .map(RolloutView.TargetView::request).filter(Objects::nonNull).findFirst().orElse(null);
        return newest != null && newest.outcome() == RunRequest.Outcome.TOO_LATE
                ? new Notice("good", "Too late to " + verb, String.valueOf(newest.observed()), "", List.of())
                : Notice.done(target + ": " + verb + " asked for");
    }

    private static String stop(long id, RedirectAttributes flash, RunRequest.Verb verb, Supplier<RolloutView> deed) {
        try {
            RolloutView rollout = deed.get();
            boolean tooLate = rollout.targets().stream().map(RolloutView.TargetView::request).anyMatch(
                    newest -> newest != null && newest.verb() == verb && newest.step() == null
                            && newest.outcome() == RunRequest.Outcome.TOO_LATE);
            flash.addFlashAttribute("notice", tooLate
                    ? new Notice("good", "Too late to " + verb.word(), "The rollout is " + rollout.state(), "",
                            List.of())
                    : Notice.done(verb == RunRequest.Verb.PAUSE ? "Pause asked for" : "Cancel asked for"));
        } catch (Problem problem) {
            flash.addFlashAttribute("notice", Notice.of(problem));
        }
        return "redirect:/rollouts/" + id;
    }

    private static String onRun(long id, String target, RedirectAttributes flash, Supplier<Notice> deed) {
        try {
            flash.addFlashAttribute("notice", deed.get());
        } catch (Problem problem) {
            flash.addFlashAttribute("notice", Notice.of(problem));
        }
        return "redirect:/rollouts/" + id + "/runs/" + target;
    }

    private static String act(long id, RedirectAttributes flash, String done, Runnable deed) {
        try {
            deed.run();
            flash.addFlashAttribute("notice", Notice.done(done));
        } catch (Problem problem) {
            flash.addFlashAttribute("notice", Notice.of(problem));
        }
        return "redirect:/rollouts/" + id;
    }
}
