package dev.rubicon.audit;

import dev.rubicon.paging.Cursor;
import dev.rubicon.paging.Page;
import dev.rubicon.security.AccessChanged;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Permission;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;

/** The door of the trail. */
@Component
public class AuditTrail {

    private final JdbcClient jdbc;
    private final JsonMapper json;
    private final Clock clock;
    private final AuditRows rows;
    private final Verifier verifier;

    AuditTrail(JdbcClient jdbc, JsonMapper json, Clock clock, AuditRows rows, Verifier verifier) {
        this.jdbc = jdbc;
        this.json = json;
        this.clock = clock;
        this.rows = rows;
        this.verifier = verifier;
    }

    /**
     * Writes one entry in the caller's transaction: it stands or falls with the change.
     *
     * @param action what was done, as {@code noun.verb-in-the-past}, like {@code plan.submitted}
     * @param details facts of the change; never a secret
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public void record(Actor actor, String action, Subject subject, Map<String, ?> details) {
        jdbc.sql("""
                INSERT INTO audit_entry (at, actor, token, action, subject_type, subject_id, environment, details)
                VALUES (:at, :actor, :token, :action, :type, :id, :environment, :details::jsonb)
                """).param("at", OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC))
                .param("actor", actor.name()).param("token", actor.token()).param("action", action)
                .param("type", subject.type()).param("id", subject.id())
                .param("environment", subject.environment()).param("details", json.writeValueAsString(details))
                .update();
    }

    /** Writes down what the room of security, which stands below, tells of. */
    @EventListener
    @Transactional(propagation = Propagation.MANDATORY)
    public void on(AccessChanged change) {
        record(change.by(), change.action(), new Subject(change.type(), change.id(), null), change.details());
    }

    /**
     * A page of entries, the newest first: those of environments whose trail the actor may read, and those of no
     * environment. Takes {@link Permission#READ_AUDIT} in some environment.
     */
    public Page<AuditEntry> entries(Actor actor, AuditFilter filter, int limit, @Nullable String cursor) {
        actor.demandAnywhere(Permission.READ_AUDIT);
        Cursor from = Cursor.read("audit", cursor, 1);
        long before = from == null ? Long.MAX_VALUE : from.number(0);
        return Page.of(rows.newest(actor, filter, before, limit + 1), limit, entry -> Cursor.of("audit", entry.id()));
    }

    /** All matching entries, the oldest first, one at a time; on the same conditions as {@link #entries}. */
    @Transactional(readOnly = true)
    public void each(Actor actor, AuditFilter filter, Consumer<AuditEntry> to) {
        actor.demandAnywhere(Permission.READ_AUDIT);
        rows.each(actor, filter, to);
    }

    /** Recomputes the whole chain. Takes {@link Permission#READ_AUDIT} in some environment. */
    public ChainVerification verify(Actor actor) {
        actor.demandAnywhere(Permission.READ_AUDIT);
        return verifier.verify();
    }
}
