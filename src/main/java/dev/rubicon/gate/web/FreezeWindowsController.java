package dev.rubicon.gate.web;

import dev.rubicon.gate.FreezeWindow;
import dev.rubicon.gate.FreezeWindows;
import dev.rubicon.gate.VisibleEnvironments;
import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import dev.rubicon.security.Actor;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The times in which nothing starts. */
@RestController
@RequestMapping("/api/v1/freeze-windows")
class FreezeWindowsController {

    /**
     * @param environment nothing for all
     * @param labels nothing for all targets
     * @param startsAt nothing for now
     */
    record Request(@Nullable String environment, @Nullable Map<String, String> labels, @Nullable String startsAt,
            @Nullable String endsAt, @Nullable String reason) {}

    private static final Pattern ETAG = Pattern.compile("\"(\\d{1,18})\"");

    private final FreezeWindows freezeWindows;
    private final VisibleEnvironments environments;

    FreezeWindowsController(FreezeWindows freezeWindows, VisibleEnvironments environments) {
        this.freezeWindows = freezeWindows;
        this.environments = environments;
    }

    @PostMapping
    ResponseEntity<FreezeWindow> set(@AuthenticationPrincipal Actor actor, @RequestBody Request request) {
        Fields fields = new Fields();
        FreezeWindows.Freeze freeze = new FreezeWindows.Freeze(request.environment(),
                request.labels() == null ? Map.of() : request.labels(),
                fields.instant("startsAt", request.startsAt()), fields.requiredInstant("endsAt", request.endsAt()),
                fields.required("reason", request.reason()));
        fields.check();
        FreezeWindow window = freezeWindows.set(actor, freeze);
        return ResponseEntity.created(URI.create("/api/v1/freeze-windows/" + window.id())).eTag(etag(window))
                .body(window);
    }

    /** Those that run or lie ahead; with {@code ended=true} also those that are over. */
    @GetMapping
    Listing<FreezeWindow> list(@AuthenticationPrincipal Actor actor, @RequestParam @Nullable String environment,
            @RequestParam(defaultValue = "false") boolean ended, @RequestParam(defaultValue = "50") int limit,
            @RequestParam @Nullable String cursor) {
        List<FreezeWindow> rows = freezeWindows.list(environments.names(actor, environment), ended,
                Listing.before(cursor), Listing.fetch(limit));
        return Listing.of(rows, limit, FreezeWindow::id, window -> window);
    }

    @GetMapping("/{id}")
    ResponseEntity<FreezeWindow> get(@AuthenticationPrincipal Actor actor, @PathVariable long id) {
        FreezeWindow window = freezeWindows.get(actor, id);
        return ResponseEntity.ok().eTag(etag(window)).body(window);
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void lift(@AuthenticationPrincipal Actor actor, @PathVariable long id,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch) {
        freezeWindows.lift(actor, id, version(ifMatch));
    }

    private static String etag(FreezeWindow window) {
        return "\"" + window.version() + "\"";
    }

    private static long version(@Nullable String ifMatch) {
        if (ifMatch == null) {
            throw new Problem(ProblemType.PRECONDITION_REQUIRED, "Send the ETag of the freeze window as If-Match");
        }
        Matcher etag = ETAG.matcher(ifMatch.strip());
        if (!etag.matches()) {
            throw new Problem(ProblemType.STALE, "If-Match is not the ETag of this freeze window");
        }
        return Long.parseLong(etag.group(1));
    }
}
