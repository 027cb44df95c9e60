package dev.rubicon.web.pages;

import dev.rubicon.audit.AuditEntry;
import dev.rubicon.audit.AuditFilter;
import dev.rubicon.audit.AuditTrail;
import dev.rubicon.paging.Page;
import dev.rubicon.security.Actor;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Reads the trail through its door. */
@Component
class TrailDoor implements TrailReader {

    private static final int PAGE = 100;

    private final AuditTrail trail;

    TrailDoor(AuditTrail trail) {
        this.trail = trail;
    }

    @Override
    public Entries entries(Actor actor, @Nullable String who, @Nullable String action, @Nullable String subject,
            @Nullable String cursor) {
        // "rollout 17", as the list has it, or the name alone
        String[] words = subject == null ? new String[0] : subject.split("\\s+", 2);
        AuditFilter filter = words.length == 2
                ? new AuditFilter(who, action, words[0], words[1], null, null, null)
                : new AuditFilter(who, action, null, subject, null, null, null);
        Page<AuditEntry> page = trail.entries(actor, filter,
                PAGE, cursor);
        return new Entries(page.items().stream().map(TrailDoor::entry).toList(), page.next());
    }

    private static Entry entry(AuditEntry entry) {
        return new Entry(entry.id(), entry.at(), entry.actor(), entry.token(), entry.action(),
                entry.subject().type(), entry.subject().id(), entry.subject().environment(),
                Facts.words(entry.details()), entry.link());
    }
}
