package dev.rubicon.verification.web;

import dev.rubicon.security.Actor;
import dev.rubicon.verification.Baseline;
import dev.rubicon.verification.Drift;
import dev.rubicon.verification.Drifts;
import dev.rubicon.verification.SchemaChange;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What differs on a target from what its last rollout left, or a person accepted. */
@RestController
@RequestMapping("/api/v1/targets/{name}/drift")
class DriftController {

    private final Drifts drifts;

    DriftController(Drifts drifts) {
        this.drifts = drifts;
    }

    /** Since when, and by what, it is known what should be there. */
    record BaselineBody(String why, Instant at, @Nullable Long rollout, @Nullable String acceptedBy,
            @Nullable String reason, int serverVersion) {

        static @Nullable BaselineBody of(@Nullable Baseline baseline) {
            return baseline == null
                    ? null
                    : new BaselineBody(baseline.why().name().toLowerCase(Locale.ROOT), baseline.at(),
                            baseline.rollout(), baseline.acceptedBy(), baseline.reason(), baseline.serverVersion());
        }
    }

    /**
     * @param way {@code added}, {@code removed} or {@code changed}
     * @param expected its text as it should be, or null
     * @param found its text as it is, or null
     * @param diff of both, in the unified format
     */
    record ObjectBody(String kind, String name, String way, @Nullable String expected, @Nullable String found,
            String diff, Instant since, Instant seenAt, @Nullable Instant endedAt, @Nullable String endedBy) {

        static ObjectBody of(Drift.Item item) {
            SchemaChange change = item.change();
            return new ObjectBody(change.kind().words(), change.name(), change.way().name().toLowerCase(Locale.ROOT),
                    change.before(), change.after(), change.unified("expected", "found"), item.since(), item.seenAt(),
                    item.endedAt(), item.endedBy());
        }
    }

    /** The fingerprint is what a baseline is accepted by. */
    record DriftBody(String target, Drift.State state, @Nullable BaselineBody baseline, @Nullable Instant lookedAt,
            String fingerprint, String note, List<ObjectBody> objects, List<ObjectBody> ended) {

        static DriftBody of(Drift drift) {
            return new DriftBody(drift.target(), drift.state(), BaselineBody.of(drift.baseline()), drift.lookedAt(),
                    drift.fingerprint(), drift.note(), drift.open().stream().map(ObjectBody::of).toList(),
                    drift.ended().stream().map(ObjectBody::of).toList());
        }
    }

    /** @param fingerprint of the drift that was read */
    record Acceptance(@Nullable String fingerprint, @Nullable String reason) {}

    @GetMapping
    DriftBody of(@AuthenticationPrincipal Actor actor, @PathVariable String name) {
        return DriftBody.of(drifts.of(actor, name));
    }

    /** Looks now. */
    @PostMapping("/looks")
    DriftBody look(@AuthenticationPrincipal Actor actor, @PathVariable String name) {
        return DriftBody.of(drifts.look(actor, name));
    }

    /** Takes what is there as what should be there. */
    @PostMapping("/baseline")
    DriftBody accept(@AuthenticationPrincipal Actor actor, @PathVariable String name,
            @RequestBody Acceptance acceptance) {
        return DriftBody.of(drifts.accept(actor, name, acceptance.fingerprint(), acceptance.reason()));
    }

    /** A plan that leads back, to be read and mended by a person before it is submitted. */
    @GetMapping(path = "/plan", produces = "application/yaml")
    ResponseEntity<String> plan(@AuthenticationPrincipal Actor actor, @PathVariable String name) {
        return ResponseEntity.ok().contentType(MediaType.parseMediaType("application/yaml"))
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"reconcile-" + name + ".yaml\"")
                .body(drifts.plan(actor, name));
    }
}
