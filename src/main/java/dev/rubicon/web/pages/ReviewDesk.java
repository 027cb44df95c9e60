package dev.rubicon.web.pages;

import dev.rubicon.plan.Comment;
import dev.rubicon.security.Actor;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The review of a revision: remarks, and errors accepted with a reason. */
interface ReviewDesk {

    /** All remarks on a revision, oldest first. */
    List<Comment> comments(String plan, int revision);

    void comment(Actor actor, String plan, int revision, @Nullable String step, @Nullable String direction,
            String text, boolean changesRequested);

    void resolve(Actor actor, String plan, int revision, UUID comment);

    void accept(Actor actor, String plan, int revision, String finding, String reason);
}
