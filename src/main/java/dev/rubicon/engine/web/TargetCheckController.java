package dev.rubicon.engine.web;

import dev.rubicon.engine.Engines;
import dev.rubicon.registry.Aside;
import dev.rubicon.registry.Target;
import dev.rubicon.registry.TargetAccess;
import dev.rubicon.registry.TargetCheck;
import dev.rubicon.registry.Targets;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Permission;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Checks of a target: connect, and tell what Rubicon may do there. */
@RestController
@RequestMapping("/api/v1/targets/{name}/checks")
class TargetCheckController {

    private final Targets targets;
    private final Engines engines;
    private final Aside aside;

    TargetCheckController(Targets targets, Engines engines, Aside aside) {
        this.targets = targets;
        this.engines = engines;
        this.aside = aside;
    }

    /** One thing looked at; {@code state} is {@code ok}, {@code limited} or {@code missing}. */
    record ItemBody(String name, String state, String message) {}

    /** The answer of a check. */
    record CheckBody(boolean ok, @Nullable String serverVersion, List<ItemBody> items, Instant at) {

        static CheckBody of(TargetCheck check) {
            return new CheckBody(check.ok(), check.serverVersion(), check.items().stream()
                    .map(item -> new ItemBody(item.name(), item.state().name().toLowerCase(Locale.ROOT),
                            item.message()))
                    .toList(), check.at());
        }
    }

    @PostMapping
    CheckBody check(@AuthenticationPrincipal Actor actor, @PathVariable String name) {
        Target target = targets.get(actor, name);
        actor.demand(Permission.CHECK_TARGET, target.environment());
        TargetAccess access = targets.access(name);
        TargetCheck check = aside.run(() -> engines.of(target.engine()).check(access));
        targets.recordCheck(actor, name, check);
        return CheckBody.of(check);
    }
}
