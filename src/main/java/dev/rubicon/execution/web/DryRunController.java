package dev.rubicon.execution.web;

import dev.rubicon.execution.DryRunView;
import dev.rubicon.execution.DryRuns;
import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import dev.rubicon.security.Actor;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Backfills of a revision, tried on a target and rolled back. */
@RestController
@RequestMapping("/api/v1/plans/{plan}/revisions/{revision}/dry-runs")
class DryRunController {

    private final DryRuns dryRuns;

    DryRunController(DryRuns dryRuns) {
        this.dryRuns = dryRuns;
    }

    /** @param step one backfill, or null for all of the revision */
    record Request(@Nullable String target, @Nullable String step) {}

    /** Newest first. */
    record Items(List<DryRunView> items) {}

    @GetMapping
    Items of(@AuthenticationPrincipal Actor actor, @PathVariable String plan, @PathVariable int revision) {
        return new Items(dryRuns.of(actor, plan, revision));
    }

    /** Answers when all are tried; where none could be, because what they need is not there, that is a conflict. */
    @PostMapping
    ResponseEntity<Items> tryOut(@AuthenticationPrincipal Actor actor, @PathVariable String plan,
            @PathVariable int revision, @RequestBody Request request) {
        String target = request.target();
        if (target == null || target.isBlank()) {
            throw new Problem(ProblemType.INVALID_INPUT, "Name the 'target' on which the backfills are to be tried");
        }
        List<DryRunView> tried = dryRuns.tryOut(actor, plan, revision, target, request.step());
        if (tried.stream().allMatch(run -> run.result() == null)) {
            throw new Problem(ProblemType.CONFLICT, tried.getFirst().step() + " cannot be tried on " + target + ": "
                    + tried.getFirst().refusal());
        }
        return ResponseEntity
                .created(URI.create("/api/v1/plans/%s/revisions/%d/dry-runs".formatted(plan, revision)))
                .body(new Items(tried));
    }
}
