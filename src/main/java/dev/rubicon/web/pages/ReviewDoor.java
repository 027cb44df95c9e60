package dev.rubicon.web.pages;

import dev.rubicon.plan.Comment;
import dev.rubicon.plan.Reviews;
import dev.rubicon.security.Actor;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Remarks and acceptances go to the door that the API uses too. */
@Component
class ReviewDoor implements ReviewDesk {

    private final Reviews reviews;

    ReviewDoor(Reviews reviews) {
        this.reviews = reviews;
    }

    @Override
    public List<Comment> comments(String plan, int revision) {
        return reviews.comments(plan, revision);
    }

    @Override
    public void comment(Actor actor, String plan, int revision, @Nullable String step, @Nullable String direction,
            String text, boolean changesRequested) {
        reviews.comment(actor, plan, revision, new Reviews.Remark(text, step, direction, null, changesRequested));
    }

    @Override
    public void resolve(Actor actor, String plan, int revision, UUID comment) {
        reviews.resolve(actor, plan, revision, comment);
    }

    @Override
    public void accept(Actor actor, String plan, int revision, String finding, String reason) {
        reviews.accept(actor, plan, revision, finding, reason);
    }
}
