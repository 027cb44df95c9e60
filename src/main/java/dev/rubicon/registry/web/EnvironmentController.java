package dev.rubicon.registry.web;

import dev.rubicon.paging.Page;
import dev.rubicon.problem.IfMatch;
import dev.rubicon.registry.Environment;
import dev.rubicon.registry.EnvironmentChange;
import dev.rubicon.registry.Environments;
import dev.rubicon.registry.Policy;
import dev.rubicon.security.Actor;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/environments")
class EnvironmentController {

    private final Environments environments;

    EnvironmentController(Environments environments) {
        this.environments = environments;
    }

    /** An environment on the wire. */
    record View(String name, int position, Policy policy) {
        static View of(Environment environment) {
            return new View(environment.name(), environment.position(), environment.policy());
        }
    }

    /** All at once: there are as many as stages on the way to production. */
    @GetMapping
    Page<View> all(@AuthenticationPrincipal Actor actor) {
        return new Page<>(environments.all(actor).stream().map(View::of).toList(), null);
    }

    @GetMapping("/{name}")
    ResponseEntity<View> one(@AuthenticationPrincipal Actor actor, @PathVariable String name) {
        return answer(environments.get(actor, name));
    }

    @PutMapping("/{name}")
    ResponseEntity<View> put(@AuthenticationPrincipal Actor actor, @PathVariable String name,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            @RequestBody EnvironmentChange change) {
        return answer(environments.put(actor, name, change, new IfMatch(ifMatch)));
    }

    private static ResponseEntity<View> answer(Environment environment) {
        return ResponseEntity.ok().eTag(IfMatch.etag(environment.version())).body(View.of(environment));
    }
}
