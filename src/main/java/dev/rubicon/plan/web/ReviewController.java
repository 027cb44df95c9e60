package dev.rubicon.plan.web;

import dev.rubicon.plan.Acceptance;
import dev.rubicon.plan.Comment;
import dev.rubicon.plan.Reviews;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Permission;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The review of a revision: comments in threads, and findings accepted. */
@RestController
@RequestMapping("/api/v1/plans/{plan}/revisions/{revision}")
class ReviewController {

    private final Reviews reviews;

    ReviewController(Reviews reviews) {
        this.reviews = reviews;
    }

    record CommentRequest(@Nullable String text, @Nullable String step, @Nullable String direction,
            @Nullable UUID parent, @Nullable Boolean changesRequested) {}

    record AcceptanceRequest(@Nullable String reason) {}

    /** The whole conversation; it has no pages, for nobody reads half of one. */
    record Comments(List<Comment> items, @Nullable String next) {}

    @PostMapping("/comments")
    ResponseEntity<Comment> comment(@AuthenticationPrincipal Actor actor, @PathVariable String plan,
            @PathVariable int revision, @RequestBody CommentRequest request) {
        Comment comment = reviews.comment(actor, plan, revision,
                new Reviews.Remark(Objects.requireNonNullElse(request.text(), ""), request.step(),
                        request.direction(), request.parent(), Boolean.TRUE.equals(request.changesRequested())));
        return ResponseEntity.created(URI.create("/api/v1/plans/" + plan + "/revisions/" + revision + "/comments"))
                .body(comment);
    }

    @GetMapping("/comments")
    Comments comments(@AuthenticationPrincipal Actor actor, @PathVariable String plan, @PathVariable int revision) {
        actor.demandAnywhere(Permission.READ);
        return new Comments(reviews.comments(plan, revision), null);
    }

    @PostMapping("/comments/{comment}/resolutions")
    Comment resolve(@AuthenticationPrincipal Actor actor, @PathVariable String plan, @PathVariable int revision,
            @PathVariable UUID comment) {
        return reviews.resolve(actor, plan, revision, comment);
    }

    @PostMapping("/findings/{finding}/acceptances")
    @ResponseStatus(HttpStatus.CREATED)
    Acceptance accept(@AuthenticationPrincipal Actor actor, @PathVariable String plan, @PathVariable int revision,
            @PathVariable String finding, @RequestBody AcceptanceRequest request) {
        return reviews.accept(actor, plan, revision, finding, Objects.requireNonNullElse(request.reason(), ""));
    }
}
