package dev.rubicon.rollout.web;

import dev.rubicon.rehearsal.Rehearsal;
import dev.rubicon.rehearsal.RehearsalState;
import dev.rubicon.rollout.WaysBackDrilled;
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

/** Drills of a rollout's way back: asked for here, read as rehearsals by their number. */
@RestController
@RequestMapping("/api/v1/rollouts/{id}/drills")
class DrillController {

    private final WaysBackDrilled ways;

    DrillController(WaysBackDrilled ways) {
        this.ways = ways;
    }

    /** @param target null for the one that was drilled longest ago, or never */
    record Asked(@Nullable String target) {}

    /** @param id the number under which it is read, at {@code /rehearsals/{id}} */
    record Begun(long id, long rollout, String target, RehearsalState state) {}

    record Listing(List<WaysBackDrilled.Drilled> items) {}

    /** How the way back stands on each target that has one. */
    @GetMapping
    Listing all(@AuthenticationPrincipal Actor actor, @PathVariable long id) {
        return new Listing(ways.of(actor, id));
    }

    @PostMapping
    ResponseEntity<Begun> ask(@AuthenticationPrincipal Actor actor, @PathVariable long id,
            @RequestBody(required = false) @Nullable Asked body) {
        Rehearsal drill = ways.ask(actor, id, body == null ? null : body.target());
        return ResponseEntity.accepted().location(URI.create("/api/v1/rehearsals/" + drill.id()))
                .body(new Begun(drill.id(), id, drill.target(), drill.state()));
    }
}
