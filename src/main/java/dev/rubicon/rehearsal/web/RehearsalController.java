package dev.rubicon.rehearsal.web;

import dev.rubicon.plan.Plans;
import dev.rubicon.problem.Violations;
import dev.rubicon.rehearsal.EvidenceClass;
import dev.rubicon.rehearsal.Foresight;
import dev.rubicon.rehearsal.Rehearsal;
import dev.rubicon.rehearsal.Rehearsals;
import dev.rubicon.security.Actor;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Rehearsals: asked for on a revision, read by their number. */
@RestController
@RequestMapping("/api/v1")
class RehearsalController {

    private final Rehearsals rehearsals;
    private final Foresight foresight;
    private final Plans plans;

    RehearsalController(Rehearsals rehearsals, Foresight foresight, Plans plans) {
        this.rehearsals = rehearsals;
        this.foresight = foresight;
        this.plans = plans;
    }

    /** @param evidenceClass the word of an {@link EvidenceClass}; none is {@code empty schema} */
    record Asked(@Nullable String target,
            @com.fasterxml.jackson.annotation.JsonProperty("class") @Nullable String evidenceClass) {}

    record Listing(List<RehearsalView> items) {}

    @PostMapping("/plans/{plan}/revisions/{revision}/rehearsals")
    ResponseEntity<RehearsalView> ask(@AuthenticationPrincipal Actor actor, @PathVariable String plan,
            @PathVariable int revision, @RequestBody Asked body) {
        new Violations().unless(body.target() != null && !body.target().isBlank(), "/target",
                "A rehearsal is on a shadow of a target: name it").refuse();
        Rehearsal asked = rehearsals.ask(actor, plan, revision, Objects.requireNonNull(body.target()),
                evidenceClass(body.evidenceClass()));
        return ResponseEntity.accepted().location(URI.create("/api/v1/rehearsals/" + asked.id()))
                .body(view(asked));
    }

    private static EvidenceClass evidenceClass(@Nullable String word) {
        if (word == null) {
            return EvidenceClass.EMPTY_SCHEMA;
        }
        try {
            return EvidenceClass.of(word);
        } catch (IllegalArgumentException e) {
            new Violations().add("/class", String.valueOf(e.getMessage())).refuse();
            throw e;
        }
    }

    @GetMapping("/plans/{plan}/revisions/{revision}/rehearsals")
    Listing list(@AuthenticationPrincipal Actor actor, @PathVariable String plan, @PathVariable int revision) {
        List<Rehearsal> all = rehearsals.of(actor, plan, revision);
        Map<Long, List<Foresight.Beside>> foreseen = foresight.of(plans.get(plan, revision), all);
        return new Listing(all.stream()
                .map(one -> RehearsalView.of(one, foreseen.getOrDefault(one.id(), List.of()))).toList());
    }

    /** Looks at the target now. */
    @PostMapping("/rehearsals/{id}/looks")
    RehearsalView look(@AuthenticationPrincipal Actor actor, @PathVariable long id) {
        return view(rehearsals.look(actor, id));
    }

    @GetMapping("/rehearsals/{id}")
    RehearsalView one(@AuthenticationPrincipal Actor actor, @PathVariable long id) {
        return view(rehearsals.get(actor, id));
    }

    private RehearsalView view(Rehearsal one) {
        return RehearsalView.of(one, foresight.of(plans.get(one.plan(), one.revision()), List.of(one))
                .getOrDefault(one.id(), List.of()));
    }
}
