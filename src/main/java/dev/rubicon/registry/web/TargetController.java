package dev.rubicon.registry.web;

import dev.rubicon.paging.Page;
import dev.rubicon.problem.IfMatch;
import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import dev.rubicon.registry.BackfillLimits;
import dev.rubicon.registry.EngineKind;
import dev.rubicon.registry.Target;
import dev.rubicon.registry.TargetChange;
import dev.rubicon.registry.TargetCheck;
import dev.rubicon.registry.TargetIdentity;
import dev.rubicon.registry.TargetRegistration;
import dev.rubicon.registry.Targets;
import dev.rubicon.security.Actor;
import java.net.URI;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/targets")
class TargetController {

    private final Targets targets;

    TargetController(Targets targets) {
        this.targets = targets;
    }

    /**
     * A target on the wire; it has no password.
     *
     * @param serverVersion as the newest check read it, or null
     * @param limits of backfills, by the names of their settings: those that are set, and the defaults of the others
     */
    record View(String name, EngineKind engine, String environment, Map<String, String> labels, String url,
            @Nullable String username, String passwordSource, Map<String, String> settings,
            @Nullable TargetIdentity identity, @Nullable TargetCheck lastCheck, @Nullable String serverVersion,
            Instant registeredAt, Map<String, String> limits) {

        static View of(Target target) {
            TargetCheck check = target.lastCheck();
            return new View(target.name(), target.engine(), target.environment(), target.labels(), target.url(),
                    target.username(), target.passwordSource(), target.settings(), target.identity(), check,
                    check == null ? null : check.serverVersion(), target.registeredAt(),
                    BackfillLimits.of(target.settings()).texts());
        }
    }

    /** @param label {@code key:value}; several must all be there */
    @GetMapping
    Page<View> some(@AuthenticationPrincipal Actor actor, @RequestParam(required = false) @Nullable String environment,
            @RequestParam(required = false) String @Nullable [] label,
            @RequestParam(required = false) @Nullable Integer limit,
            @RequestParam(required = false) @Nullable String cursor) {
        return targets.some(actor, environment, labels(label), Page.limit(limit), cursor).map(View::of);
    }

    @PostMapping
    ResponseEntity<View> register(@AuthenticationPrincipal Actor actor, @RequestBody TargetRegistration asked) {
        Target target = targets.register(actor, asked);
        return ResponseEntity.created(URI.create("/api/v1/targets/" + target.name()))
                .eTag(IfMatch.etag(target.version())).body(View.of(target));
    }

    @GetMapping("/{name}")
    ResponseEntity<View> one(@AuthenticationPrincipal Actor actor, @PathVariable String name) {
        return answer(targets.get(actor, name));
    }

    @PatchMapping(path = "/{name}", consumes = {MediaType.APPLICATION_JSON_VALUE, "application/merge-patch+json"})
    ResponseEntity<View> change(@AuthenticationPrincipal Actor actor, @PathVariable String name,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            @RequestBody TargetChange change) {
        return answer(targets.change(actor, name, change, new IfMatch(ifMatch)));
    }

    @DeleteMapping("/{name}")
    ResponseEntity<Void> delete(@AuthenticationPrincipal Actor actor, @PathVariable String name,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch) {
        targets.delete(actor, name, new IfMatch(ifMatch));
        return ResponseEntity.noContent().build();
    }

    private static ResponseEntity<View> answer(Target target) {
        return ResponseEntity.ok().eTag(IfMatch.etag(target.version())).body(View.of(target));
    }

    private static Map<String, String> labels(String @Nullable [] texts) {
        Map<String, String> labels = new LinkedHashMap<>();
        Arrays.stream(texts == null ? new String[0] : texts).forEach(text -> {
            int colon = text.indexOf(':');
            if (colon < 1) {
                throw new Problem(ProblemType.BAD_REQUEST, "'label' is a key and a value, like label=team:accounts");
            }
            labels.put(text.substring(0, colon), text.substring(colon + 1));
        });
        return labels;
    }
}
