package dev.rubicon.verification.web;

import dev.rubicon.engine.schema.SchemaObject;
import dev.rubicon.engine.schema.SchemaSnapshot;
import dev.rubicon.security.Actor;
import dev.rubicon.verification.Schemas;
import dev.rubicon.verification.StoredSnapshot;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The schema of a target as it was last read. To read it anew, Rubicon connects: that takes who may check the target. */
@RestController
@RequestMapping("/api/v1/targets/{name}/schema")
class TargetSchemaController {

    private final Schemas schemas;

    TargetSchemaController(Schemas schemas) {
        this.schemas = schemas;
    }

    /** One object; {@code kind} like {@code foreign key}, {@code text} the statements that make it. */
    record ObjectBody(String kind, String name, String fingerprint, String text) {

        static ObjectBody of(SchemaObject object) {
            return new ObjectBody(object.kind().words(), object.name(), object.fingerprint().digits(), object.text());
        }
    }

    /**
     * The fingerprint is that of all objects, whichever of them were asked for.
     *
     * @param at when it was last read
     * @param since when it was first read so
     * @param why it was first read
     * @param rollout around whose phase it was first read, or null
     */
    record SchemaBody(String target, int serverVersion, String fingerprint, Instant at, Instant since, String why,
            @Nullable Long rollout, List<ObjectBody> objects) {

        static SchemaBody of(StoredSnapshot stored, String q) {
            SchemaSnapshot snapshot = stored.snapshot();
            String part = q.strip().toLowerCase(Locale.ROOT);
            return new SchemaBody(stored.target(), snapshot.serverVersion(), snapshot.fingerprint().digits(),
                    stored.seenAt(), stored.takenAt(), stored.why().words(), stored.rollout(),
                    snapshot.objects().stream().filter(each -> each.words().toLowerCase(Locale.ROOT).contains(part))
                            .map(ObjectBody::of).toList());
        }
    }

    /**
     * The last one; one that was never read is read now.
     *
     * @param q only objects whose kind and name have this in them, like {@code table public.}
     */
    @GetMapping
    SchemaBody of(@AuthenticationPrincipal Actor actor, @PathVariable String name,
            @RequestParam(defaultValue = "") String q) {
        return SchemaBody.of(schemas.last(actor, name).orElseGet(() -> schemas.take(actor, name)), q);
    }

    /** Reads it now. */
    @PostMapping
    SchemaBody take(@AuthenticationPrincipal Actor actor, @PathVariable String name,
            @RequestParam(defaultValue = "") String q) {
        return SchemaBody.of(schemas.take(actor, name), q);
    }
}
