package dev.rubicon.rollout.web;

import dev.rubicon.rollout.Inbox;
import dev.rubicon.security.Actor;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What waits for whoever asks. */
@RestController
@RequestMapping("/api/v1/me/inbox")
class InboxController {

    private final Inbox inbox;

    InboxController(Inbox inbox) {
        this.inbox = inbox;
    }

    @GetMapping
    Inbox.Contents mine(@AuthenticationPrincipal Actor actor) {
        return inbox.of(actor);
    }
}
