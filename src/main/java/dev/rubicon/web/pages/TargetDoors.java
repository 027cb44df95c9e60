package dev.rubicon.web.pages;

import dev.rubicon.engine.Engines;
import dev.rubicon.problem.IfMatch;
import dev.rubicon.registry.EngineKind;
import dev.rubicon.registry.Target;
import dev.rubicon.registry.TargetChange;
import dev.rubicon.registry.TargetRegistration;
import dev.rubicon.registry.Targets;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Permission;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Registers and checks through the doors that the API uses too. */
@Component
class TargetDoors implements TargetDesk {

    private final Targets targets;
    private final Engines engines;

    TargetDoors(Targets targets, Engines engines) {
        this.targets = targets;
        this.engines = engines;
    }

    @Override
    public void check(Actor actor, String name) {
        Target target = targets.get(actor, name);
        actor.demand(Permission.CHECK_TARGET, target.environment());
        targets.recordCheck(actor, name, engines.of(target.engine()).check(targets.access(name)));
    }

    @Override
    public void limits(Actor actor, String name, Map<String, @Nullable String> limits, long version) {
        targets.change(actor, name, new TargetChange(null, null, null, null, null, null, limits),
                new IfMatch(IfMatch.etag(version)));
    }

    @Override
    public void register(Actor actor, String name, String environment, Map<String, String> labels, String url,
            @Nullable String username, @Nullable String password, @Nullable String passwordRef) {
        targets.register(actor, new TargetRegistration(name, EngineKind.POSTGRESQL, environment, labels, url, username,
                password, passwordRef, null));
    }
}
