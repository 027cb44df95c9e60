package dev.rubicon.rollout.web;

import dev.rubicon.engine.HolderAction;
import dev.rubicon.engine.HolderAnswer;
import dev.rubicon.engine.SetAside;
import dev.rubicon.execution.PhaseRunView;
import dev.rubicon.gate.Gates;
import dev.rubicon.problem.IfMatch;
import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import dev.rubicon.rollout.Holders;
import dev.rubicon.rollout.Quarantine;
import dev.rubicon.rollout.RolloutView;
import dev.rubicon.rollout.Rollouts;
import dev.rubicon.security.Actor;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.filter.ShallowEtagHeaderFilter;

/** Rollouts over REST. */
@RestController
@RequestMapping("/api/v1/rollouts")
class RolloutController {

    private static final int MOST = 200;

    private final Rollouts rollouts;
    private final Holders holders;
    private final Quarantine quarantine;

    RolloutController(Rollouts rollouts, Holders holders, Quarantine quarantine) {
        this.rollouts = rollouts;
        this.holders = holders;
        this.quarantine = quarantine;
    }

    /** Targets by their names, or by labels that all of them carry. */
    record Selection(@Nullable List<String> names, @Nullable Map<String, String> labels) {}

    record Order(@Nullable String plan, @Nullable Integer revision, @Nullable String environment,
            @Nullable Selection targets, @Nullable List<Rollouts.Wave> waves, @Nullable String startPhases) {}

    record Decision(@Nullable String decision, @Nullable String digest, @Nullable String comment,
            @Nullable String crossing) {}

    record Reason(@Nullable String reason) {}

    /**
     * What was seen of a session after an operator asked to clear it.
     *
     * @param cleared whether the lock is free of it
     */
    record HolderView(String target, int pid, HolderAction action, HolderAnswer.Seen observed, boolean cleared,
            String message) {}

    record Comment(@Nullable String comment) {}

    record Speed(@Nullable Double speed) {}

    record Return(@Nullable Integer toPhase, @Nullable String reason, @Nullable List<String> targets,
            @Nullable Boolean force) {

        Rollouts.Return toDomain() {
            elements(targets, "/targets");
            return new Rollouts.Return(required(toPhase, "/toPhase"), reason == null ? "" : reason,
                    targets == null ? List.of() : targets, Boolean.TRUE.equals(force));
        }
    }

    /** @param next cursor of the following page, or null on the last */
    record Page(List<RolloutView> items, @Nullable String next) {}

    @PostMapping
    ResponseEntity<RolloutView> open(@AuthenticationPrincipal Actor actor, @RequestBody Order order) {
        String start = order.startPhases() == null ? "auto" : order.startPhases();
        if (!start.equals("auto") && !start.equals("manual")) {
            throw invalid("/startPhases", "is auto or manual");
        }
        Selection selection = required(order.targets(), "/targets");
        elements(selection.names(), "/targets/names");
        elements(order.waves(), "/waves");
        RolloutView opened = rollouts.open(actor, new Rollouts.Order(required(order.plan(), "/plan"),
                required(order.revision(), "/revision"), required(order.environment(), "/environment"),
                selection.names() == null ? List.of() : selection.names(),
                selection.labels() == null ? Map.of() : selection.labels(),
                order.waves() == null ? List.of() : order.waves(), start));
        return ResponseEntity.accepted().location(URI.create("/api/v1/rollouts/" + opened.id())).eTag(etag(opened))
                .body(opened);
    }

    @GetMapping
    Page all(@AuthenticationPrincipal Actor actor, @RequestParam(defaultValue = "50") int limit,
            @RequestParam(required = false) @Nullable Long cursor) {
        int most = Math.clamp(limit, 1, MOST);
        List<RolloutView> items = rollouts.page(actor, cursor == null ? Long.MAX_VALUE : cursor, most);
        return new Page(items, items.size() < most ? null : String.valueOf(items.getLast().id()));
    }

    @GetMapping("/{id}")
    RolloutView one(@AuthenticationPrincipal Actor actor, @PathVariable long id, HttpServletRequest request,
            HttpServletResponse response) {
        RolloutView view = rollouts.get(actor, id);
        // blockers and progress move without the version, so nobody may be told 304 for it: neither by a ResponseEntity
        // nor by the filter for ETags
        ShallowEtagHeaderFilter.disableContentCaching(request);
        response.setHeader(HttpHeaders.ETAG, etag(view));
        return view;
    }

    @GetMapping("/{id}/runs")
    List<RolloutView.TargetView> runs(@AuthenticationPrincipal Actor actor, @PathVariable long id) {
        return rollouts.get(actor, id).targets();
    }

    @GetMapping("/{id}/runs/{target}")
    List<PhaseRunView> run(@AuthenticationPrincipal Actor actor, @PathVariable long id, @PathVariable String target) {
        return rollouts.runs(actor, id, target);
    }

    @PostMapping("/{id}/phases/{phase}/approvals")
    ResponseEntity<RolloutView> decide(@AuthenticationPrincipal Actor actor, @PathVariable long id,
            @PathVariable int phase, @RequestBody Decision body) {
        Gates.Decision decision = switch (required(body.decision(), "/decision")) {
            case "approve" -> Gates.Decision.APPROVE;
            case "reject" -> Gates.Decision.REJECT;
            default -> throw invalid("/decision", "is approve or reject");
        };
        RolloutView view = rollouts.decide(actor, id, phase, new Rollouts.Decision(decision,
                required(body.digest(), "/digest"), body.comment(), body.crossing()));
        return ResponseEntity.status(HttpStatus.CREATED).body(view);
    }

    @PostMapping("/{id}/phases/{phase}/start")
    ResponseEntity<RolloutView> start(@AuthenticationPrincipal Actor actor, @PathVariable long id,
            @PathVariable int phase) {
        return ResponseEntity.accepted().body(rollouts.start(actor, id, phase));
    }

    @PostMapping("/{id}/phases/{phase}/manual-gates/{name}")
    ResponseEntity<RolloutView> go(@AuthenticationPrincipal Actor actor, @PathVariable long id,
            @PathVariable int phase, @PathVariable String name, @RequestBody(required = false) @Nullable Comment body) {
        return ResponseEntity.status(HttpStatus.CREATED)
                .body(rollouts.giveGo(actor, id, phase, name, body == null ? null : body.comment()));
    }

    @PostMapping("/{id}/pause")
    ResponseEntity<RolloutView> pause(@AuthenticationPrincipal Actor actor, @PathVariable long id) {
        return ResponseEntity.accepted().body(rollouts.pause(actor, id));
    }

    @PostMapping("/{id}/resume")
    ResponseEntity<RolloutView> resume(@AuthenticationPrincipal Actor actor, @PathVariable long id) {
        return ResponseEntity.accepted().body(rollouts.resume(actor, id));
    }

    @PostMapping("/{id}/cancel")
    ResponseEntity<RolloutView> cancel(@AuthenticationPrincipal Actor actor, @PathVariable long id) {
        return ResponseEntity.accepted().body(rollouts.cancel(actor, id));
    }

    @PostMapping("/{id}/retry")
    ResponseEntity<RolloutView> retry(@AuthenticationPrincipal Actor actor, @PathVariable long id) {
        return ResponseEntity.accepted().body(rollouts.retry(actor, id));
    }

    @PostMapping("/{id}/runs/{target}/{verb:pause|resume|cancel|retry|release}")
    ResponseEntity<RolloutView> operateRun(@AuthenticationPrincipal Actor actor, @PathVariable long id,
            @PathVariable String target, @PathVariable String verb,
            @RequestBody(required = false) @Nullable Reason body) {
        return ResponseEntity.accepted().body(rollouts.operateRun(actor, id, target,
                Rollouts.RunVerb.valueOf(verb.toUpperCase(java.util.Locale.ROOT)),
                body == null ? null : body.reason()));
    }

    @PostMapping("/{id}/runs/{target}/steps/{step}/{verb:pause|cancel|retry|skip|accept}")
    ResponseEntity<RolloutView> operateStep(@AuthenticationPrincipal Actor actor, @PathVariable long id,
            @PathVariable String target, @PathVariable String step, @PathVariable String verb,
            @RequestBody(required = false) @Nullable Reason body) {
        return ResponseEntity.accepted().body(rollouts.operateStep(actor, id, target, step,
                Rollouts.StepVerb.valueOf(verb.toUpperCase(java.util.Locale.ROOT)),
                body == null ? null : body.reason()));
    }

    /** Rows that the step's backfill could not change and set aside. */
    @GetMapping("/{id}/runs/{target}/steps/{step}/quarantine")
    dev.rubicon.paging.Page<SetAside> quarantine(@AuthenticationPrincipal Actor actor, @PathVariable long id,
            @PathVariable String target, @PathVariable String step,
            @RequestParam(required = false) @Nullable Integer limit,
            @RequestParam(required = false) @Nullable String cursor) {
        return quarantine.of(actor, id, target, step, cursor, limit);
    }

    @PostMapping("/{id}/runs/{target}/skip")
    ResponseEntity<RolloutView> skip(@AuthenticationPrincipal Actor actor, @PathVariable long id,
            @PathVariable String target, @RequestBody Reason body) {
        return ResponseEntity.accepted()
                .body(rollouts.skip(actor, id, target, required(body.reason(), "/reason")));
    }

    @PostMapping("/{id}/runs/{target}/holders/{pid}/{action:cancel|end}")
    HolderView clear(@AuthenticationPrincipal Actor actor, @PathVariable long id, @PathVariable String target,
            @PathVariable int pid, @PathVariable String action, @RequestBody(required = false) @Nullable Reason body) {
        HolderAction asked = HolderAction.valueOf(action.toUpperCase(java.util.Locale.ROOT));
        HolderAnswer answer = holders.clear(actor, id, target, pid, asked, body == null ? null : body.reason());
        return new HolderView(target, pid, asked, answer.seen(), answer.cleared(), answer.message());
    }

    @PatchMapping("/{id}/speed")
    ResponseEntity<RolloutView> speed(@AuthenticationPrincipal Actor actor, @PathVariable long id,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            @RequestBody Speed body) {
        new IfMatch(ifMatch).demand(rollouts.get(actor, id).version());
        RolloutView view = rollouts.speed(actor, id, required(body.speed(), "/speed"));
        return ResponseEntity.ok().header(HttpHeaders.ETAG, etag(view)).body(view);
    }

    @PostMapping("/{id}/rollback")
    ResponseEntity<?> rollback(@AuthenticationPrincipal Actor actor, @PathVariable long id, @RequestBody Return body,
            @RequestParam(defaultValue = "false") boolean dryRun) {
        return dryRun
                ? ResponseEntity.ok(rollouts.previewRollback(actor, id, body.toDomain()))
                : ResponseEntity.accepted().body(rollouts.rollback(actor, id, body.toDomain()));
    }

    private static String etag(RolloutView view) {
        return "\"" + view.version() + "\"";
    }

    private static <T> T required(@Nullable T value, String pointer) {
        if (value == null) {
            throw invalid(pointer, "is missing");
        }
        return value;
    }

    private static void elements(@Nullable List<?> list, String pointer) {
        int gap = list == null ? -1 : list.indexOf(null);
        if (gap >= 0) {
            throw invalid(pointer + "/" + gap, "is missing");
        }
    }

    private static Problem invalid(String pointer, String message) {
        return new Problem(ProblemType.INVALID_INPUT, pointer.substring(1) + " " + message,
                Map.of("violations", List.of(Map.of("pointer", pointer, "message", message))));
    }
}
