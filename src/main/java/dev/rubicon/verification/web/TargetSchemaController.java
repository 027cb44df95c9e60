package dev.rubicon.verification.web;

import dev.rubicon.engine.Engines;
import dev.rubicon.engine.QueryFailed;
import dev.rubicon.engine.TargetReader;
import dev.rubicon.engine.TargetUnavailable;
import dev.rubicon.engine.schema.SchemaObject;
import dev.rubicon.engine.schema.SchemaSnapshot;
import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import dev.rubicon.registry.Target;
import dev.rubicon.registry.Targets;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Permission;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The schema of a target, as it is now. To read it, Rubicon connects: who may check a target may read its schema. */
@RestController
@RequestMapping("/api/v1/targets/{name}/schema")
class TargetSchemaController {

    private final Targets targets;
    private final Engines engines;
    private final Clock clock;

    TargetSchemaController(Targets targets, Engines engines, Clock clock) {
        this.targets = targets;
        this.engines = engines;
        this.clock = clock;
    }

    /** One object; {@code kind} like {@code foreign key}, {@code text} the statements that make it. */
    record ObjectBody(String kind, String name, String fingerprint, String text) {

        static ObjectBody of(SchemaObject object) {
            return new ObjectBody(object.kind().words(), object.name(), object.fingerprint().digits(), object.text());
        }
    }

    /** The fingerprint is that of all objects, whichever of them were asked for. */
    record SchemaBody(String target, int serverVersion, String fingerprint, Instant at, List<ObjectBody> objects) {}

    /** @param q only objects whose kind and name have this in them, like {@code table public.} */
    @GetMapping
    SchemaBody of(@AuthenticationPrincipal Actor actor, @PathVariable String name,
            @RequestParam(defaultValue = "") String q) {
        Target target = targets.get(actor, name);
        actor.demand(Permission.CHECK_TARGET, target.environment());
        SchemaSnapshot snapshot = read(target);
        String part = q.strip().toLowerCase(Locale.ROOT);
        return new SchemaBody(name, snapshot.serverVersion(), snapshot.fingerprint().digits(), clock.instant(),
                snapshot.objects().stream().filter(each -> each.words().toLowerCase(Locale.ROOT).contains(part))
                        .map(ObjectBody::of).toList());
    }

    private SchemaSnapshot read(Target target) {
        try (TargetReader reader = engines.of(target.engine()).read(targets.access(target.name()))) {
            return reader.snapshot();
        } catch (TargetUnavailable | QueryFailed failed) {
            throw new Problem(ProblemType.CONFLICT, "The schema cannot be read now: " + failed.getMessage());
        }
    }
}
