package dev.rubicon.audit.web;

import dev.rubicon.audit.AuditEntry;
import dev.rubicon.audit.AuditFilter;
import dev.rubicon.audit.AuditTrail;
import dev.rubicon.audit.ChainVerification;
import dev.rubicon.paging.Page;
import dev.rubicon.problem.Violations;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Permission;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

@RestController
@RequestMapping("/api/v1/audit")
class AuditController {

    /** What the database, and whoever reads the answers, can compute with. */
    private static final Instant BEGINNING = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("+10000-01-01T00:00:00Z");

    private final AuditTrail trail;
    private final JsonMapper json;

    AuditController(AuditTrail trail, JsonMapper json) {
        this.trail = trail;
        this.json = json;
    }

    /** One entry on the wire; {@link AuditEntry} tells what the fields are. */
    record Entry(long id, Instant at, String actor, @Nullable String token, String action, String subjectType,
            String subjectId, @Nullable String environment, Map<String, Object> details, @Nullable Long link,
            @Nullable String hash) {

        static Entry of(AuditEntry entry) {
            return new Entry(entry.id(), entry.at(), entry.actor(), entry.token(), entry.action(),
                    entry.subject().type(), entry.subject().id(), entry.subject().environment(), entry.details(),
                    entry.link(), entry.hash());
        }
    }

    /** The filters of the URL; {@link AuditFilter} tells what they are. */
    record Query(@Nullable String actor, @Nullable String action, @Nullable String subjectType,
            @Nullable String subjectId, @Nullable String environment, @Nullable Instant since,
            @Nullable Instant until) {

        AuditFilter filter() {
            new Violations().unless(isKept(since), "/since", "'since' is a time of the years 1 to 9999")
                    .unless(isKept(until), "/until", "'until' is a time of the years 1 to 9999").refuse();
            return new AuditFilter(actor, action, subjectType, subjectId, environment, since, until);
        }

        private static boolean isKept(@Nullable Instant at) {
            return at == null || (!at.isBefore(BEGINNING) && at.isBefore(END));
        }
    }

    @GetMapping(produces = MediaType.APPLICATION_JSON_VALUE)
    Page<Entry> entries(@AuthenticationPrincipal Actor reader, Query query,
            @RequestParam(required = false) @Nullable Integer limit,
            @RequestParam(required = false) @Nullable String cursor) {
        return trail.entries(reader, query.filter(), Page.limit(limit), cursor).map(Entry::of);
    }

    /** The whole trail as lines, the oldest first; written while it is read, so nothing of it is held back. */
    @GetMapping(produces = MediaType.APPLICATION_NDJSON_VALUE)
    void lines(@AuthenticationPrincipal Actor reader, Query query, HttpServletResponse response)
            throws IOException {
        reader.demandAnywhere(Permission.READ_AUDIT);
        response.setContentType(MediaType.APPLICATION_NDJSON_VALUE);
        ServletOutputStream out = response.getOutputStream();
        trail.each(reader, query.filter(), entry -> write(out, entry));
        out.flush();
    }

    /** The same lines as a file, for a link: a browser cannot ask for a media type. */
    @GetMapping(params = "format=ndjson")
    void file(@AuthenticationPrincipal Actor reader, Query query, HttpServletResponse response) throws IOException {
        reader.demandAnywhere(Permission.READ_AUDIT);
        response.setHeader("Content-Disposition", "attachment; filename=rubicon-audit.ndjson");
        lines(reader, query, response);
    }

    @PostMapping("/verifications")
    ChainVerification verify(@AuthenticationPrincipal Actor actor) {
        return trail.verify(actor);
    }

    private void write(ServletOutputStream out, AuditEntry entry) {
        try {
            out.write(json.writeValueAsBytes(Entry.of(entry)));
            out.write('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
