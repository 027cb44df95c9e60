package dev.rubicon.gate.web;

import dev.rubicon.gate.Deployments;
import dev.rubicon.gate.VisibleEnvironments;
import dev.rubicon.security.Actor;
import java.time.Instant;
import java.util.List;
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

/** What pipelines report of their applications. */
@RestController
@RequestMapping("/api/v1/deployments")
class DeploymentsController {

    /** @param state {@code live} or {@code gone} */
    record Request(@Nullable String application, @Nullable String version, @Nullable String environment,
            @Nullable String state) {}

    /** One report. */
    record Shown(long id, String application, String version, String environment, String state, String reportedBy,
            Instant at) {

        static Shown of(Deployments.Report report) {
            return new Shown(report.id(), report.application(), report.version(), report.environment(),
                    report.state().word(), report.reportedBy(), report.at());
        }
    }

    /** @param live the versions of the application that are live there now, so that a pipeline sees what it forgot */
    record Reported(long id, String application, String version, String environment, String state, String reportedBy,
            Instant at, List<String> live) {}

    private final Deployments deployments;
    private final VisibleEnvironments environments;

    DeploymentsController(Deployments deployments, VisibleEnvironments environments) {
        this.deployments = deployments;
        this.environments = environments;
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    Reported report(@AuthenticationPrincipal Actor actor, @RequestBody Request request) {
        Fields fields = new Fields();
        String application = fields.required("application", request.application());
        String version = fields.required("version", request.version());
        String environment = fields.required("environment", request.environment());
        Deployments.State state = fields.word("state", fields.required("state", request.state()),
                Deployments.State.class);
        fields.check();
        Deployments.Report report = deployments.report(actor, application, version, environment, state);
        List<String> live = deployments.live(List.of(environment), report.application()).stream()
                .map(Deployments.Live::version).toList();
        return new Reported(report.id(), report.application(), report.version(), report.environment(),
                report.state().word(), report.reportedBy(), report.at(), live);
    }

    @GetMapping
    Listing<Shown> history(@AuthenticationPrincipal Actor actor, @RequestParam @Nullable String environment,
            @RequestParam @Nullable String application, @RequestParam(defaultValue = "50") int limit,
            @RequestParam @Nullable String cursor) {
        List<Deployments.Report> rows = deployments.history(environments.names(actor, environment), application,
                Listing.before(cursor), Listing.fetch(limit));
        return Listing.of(rows, limit, Deployments.Report::id, Shown::of);
    }

    /** What is live now; not cut into parts, for it is as long as what runs. */
    @GetMapping("/live")
    Listing<Deployments.Live> live(@AuthenticationPrincipal Actor actor, @RequestParam @Nullable String environment,
            @RequestParam @Nullable String application) {
        return new Listing<>(deployments.live(environments.names(actor, environment), application), null);
    }
}
