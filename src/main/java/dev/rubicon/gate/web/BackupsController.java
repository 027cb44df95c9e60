package dev.rubicon.gate.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.rubicon.gate.BackupClass;
import dev.rubicon.gate.Backups;
import dev.rubicon.security.Actor;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Evidence that backups exist. */
@RestController
@RequestMapping("/api/v1/backups")
class BackupsController {

    /** @param backupClass {@code stated}, {@code observed} or {@code restored}; {@code stated} when nothing is said */
    record Request(@Nullable String target, @Nullable String takenAt, @Nullable String kind,
            @Nullable String reference, @JsonProperty("class") @Nullable String backupClass,
            @Nullable String restorableUntil) {}

    /** @param clockSkewMillis by how much {@code takenAt} lay ahead of the server's clock and was cut, where it did */
    record Shown(long id, String target, Instant takenAt, String kind, String reference,
            @JsonProperty("class") String backupClass, @Nullable Instant restorableUntil, String recordedBy,
            Instant at, @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long clockSkewMillis) {

        static Shown of(Backups.Evidence evidence) {
            return of(evidence, null);
        }

        static Shown of(Backups.Evidence evidence, @Nullable Long clockSkewMillis) {
            return new Shown(evidence.id(), evidence.target(), evidence.takenAt(), evidence.kind(),
                    evidence.reference(), evidence.backupClass().word(), evidence.restorableUntil(),
                    evidence.recordedBy(), evidence.at(), clockSkewMillis);
        }
    }

    private final Backups backups;

    BackupsController(Backups backups) {
        this.backups = backups;
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    Shown report(@AuthenticationPrincipal Actor actor, @RequestBody Request request) {
        Fields fields = new Fields();
        String said = request.backupClass() == null ? BackupClass.STATED.word() : request.backupClass();
        Backups.Statement statement = new Backups.Statement(fields.required("target", request.target()),
                fields.requiredInstant("takenAt", request.takenAt()), fields.required("kind", request.kind()),
                fields.required("reference", request.reference()), fields.word("class", said, BackupClass.class),
                fields.instant("restorableUntil", request.restorableUntil()));
        fields.check();
        Backups.Recorded recorded = backups.report(actor, statement);
        return Shown.of(recorded.evidence(),
                recorded.clockSkew().isZero() ? null : recorded.clockSkew().toMillis());
    }

    @GetMapping
    Listing<Shown> history(@AuthenticationPrincipal Actor actor, @RequestParam @Nullable String target,
            @RequestParam(defaultValue = "50") int limit, @RequestParam @Nullable String cursor) {
        return Listing.of(backups.history(actor, target, Listing.before(cursor), Listing.fetch(limit)), limit,
                Backups.Evidence::id, Shown::of);
    }
}
