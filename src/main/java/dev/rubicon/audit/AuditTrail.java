package dev.rubicon.audit;

import dev.rubicon.security.Actor;
import java.util.Map;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** The door of the trail. */
@Component
public class AuditTrail {

    /**
     * Writes one entry in the caller's transaction: it stands or falls with the change.
     *
     * @param action what was done, as {@code noun.verb-in-the-past}, like {@code plan.submitted}
     * @param details facts of the change; never a secret
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public void record(Actor actor, String action, Subject subject, Map<String, ?> details) {
        throw new UnsupportedOperationException();
    }
}
