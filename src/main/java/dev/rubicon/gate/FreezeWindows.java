package dev.rubicon.gate;

import dev.rubicon.audit.AuditTrail;
import dev.rubicon.audit.Subject;
import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Permission;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The door to the times in which nothing starts. */
@Component
public class FreezeWindows {

    /**
     * What is asked for.
     *
     * @param environment the only one concerned, or null for all, which takes the permission everywhere
     * @param startsAt null for now; a time before now counts as now
     */
    public record Freeze(@Nullable String environment, Map<String, String> labels, @Nullable Instant startsAt,
            Instant endsAt, String reason) {}

    private static final TypeReference<Map<String, String>> LABELS = new TypeReference<>() {
    };
    private static final int LONGEST_REASON = 500;

    private final JdbcClient jdbc;
    private final VisibleEnvironments environments;
    private final AuditTrail audit;
    private final ApplicationEventPublisher events;
    private final JsonMapper json;
    private final Clock clock;

    FreezeWindows(JdbcClient jdbc, VisibleEnvironments environments, AuditTrail audit,
            ApplicationEventPublisher events, JsonMapper json, Clock clock) {
        this.jdbc = jdbc;
        this.environments = environments;
        this.audit = audit;
        this.events = events;
        this.json = json;
        this.clock = clock;
    }

    /** Sets a freeze that lies ahead or begins now. */
    @Transactional
    public FreezeWindow set(Actor actor, Freeze freeze) {
        demand(actor, freeze.environment());
        String reason = Invalid.text("/reason", freeze.reason(), LONGEST_REASON);
        freeze.labels().forEach((key, value) -> {
            if (key.isBlank() || value == null || value.isBlank()) {
                throw Invalid.input("/labels/" + key, "A label has a key and a value");
            }
        });
        Instant now = Stamps.now(clock);
        if (!freeze.endsAt().isAfter(now)) {
            throw Invalid.input("/endsAt", "endsAt lies in the past: a freeze cannot be set for a time that is over");
        }
        Instant starts = freeze.startsAt() == null || freeze.startsAt().isBefore(now) ? now : freeze.startsAt();
        if (!freeze.endsAt().isAfter(starts)) {
            throw Invalid.input("/endsAt", "endsAt must lie behind startsAt");
        }
        FreezeWindow window = insert(freeze, starts, reason, actor.label(), now);
        tell(actor, "freeze-window.set", window);
        return window;
    }

    private void demand(Actor actor, @Nullable String environment) {
        if (environment == null) {
            actor.demand(Permission.FREEZE, Actor.EVERYWHERE);
        } else {
            environments.demandForReport(actor, Permission.FREEZE, environment);
        }
    }

    private FreezeWindow insert(Freeze freeze, Instant starts, String reason, String by, Instant now) {
        return jdbc.sql("""
                INSERT INTO freeze_window (environment, labels, starts_at, ends_at, reason, set_by, at)
                VALUES (:environment, :labels::jsonb, :starts, :ends, :reason, :by, :at)
                RETURNING *, labels::text AS labels_text
                """).param("environment", freeze.environment())
                .param("labels", json.writeValueAsString(freeze.labels())).param("starts", Stamps.of(starts))
                .param("ends", Stamps.of(freeze.endsAt())).param("reason", reason).param("by", by)
                .param("at", Stamps.of(now)).query(this::row).single();
    }

    private void tell(Actor actor, String action, FreezeWindow window) {
        audit.record(actor, action,
                new Subject("freeze-window", Long.toString(window.id()), window.environment()),
                Map.of("labels", window.labels(), "startsAt", window.startsAt().toString(), "endsAt",
                        window.endsAt().toString(), "reason", window.reason()));
        events.publishEvent(new GatesMoved(window.environment()));
    }

    /**
     * Takes a freeze back: one that runs ends now and stays on record, one that has not begun is deleted.
     *
     * @param version the version that was read
     */
    @Transactional
    public void lift(Actor actor, long id, long version) {
        FreezeWindow window = find(actor, id, "FOR UPDATE");
        demand(actor, window.environment());
        if (window.version() != version) {
            throw new Problem(ProblemType.STALE, "Freeze window %d is at version %d".formatted(id, window.version()));
        }
        Instant now = Stamps.now(clock);
        if (!window.endsAt().isAfter(now)) {
            throw new Problem(ProblemType.CONFLICT,
                    "Freeze window %d ended at %s".formatted(id, Words.at(window.endsAt())));
        }
        if (window.startsAt().isBefore(now)) {
            jdbc.sql("UPDATE freeze_window SET ends_at = :now, version = version + 1 WHERE id = :id")
                    .param("now", Stamps.of(now)).param("id", id).update();
        } else {
            jdbc.sql("DELETE FROM freeze_window WHERE id = :id").param("id", id).update();
        }
        tell(actor, "freeze-window.lifted", window);
    }

    /** One window. @throws Problem not-found, also when its environment may not be seen */
    @Transactional(readOnly = true)
    public FreezeWindow get(Actor actor, long id) {
        return find(actor, id, "");
    }

    private FreezeWindow find(Actor actor, long id, String lock) {
        Optional<FreezeWindow> found = jdbc
                .sql("SELECT *, labels::text AS labels_text FROM freeze_window WHERE id = :id " + lock)
                .param("id", id).query(this::row).optional();
        return found.filter(window -> window.environment() == null || actor.sees(window.environment()))
                .orElseThrow(() -> Problem.notFound("freeze window " + id));
    }

    /**
     * Windows of these environments and those of all, newest first.
     *
     * @param ended whether also those that are over
     * @param before only those with a smaller id
     */
    @Transactional(readOnly = true)
    public List<FreezeWindow> list(List<String> inEnvironments, boolean ended, long before, int limit) {
        return jdbc.sql("""
                SELECT *, labels::text AS labels_text FROM freeze_window
                WHERE (environment IS NULL OR environment = ANY(:environments)) AND (:ended OR ends_at > :now)
                  AND id < :before
                ORDER BY id DESC LIMIT :limit
                """).param("environments", inEnvironments.toArray(String[]::new)).param("ended", ended)
                .param("now", Stamps.of(clock.instant())).param("before", before).param("limit", limit)
                .query(this::row).list();
    }

    /** The freezes that lie over an environment at this moment, also those of all environments. */
    List<FreezeWindow> over(String environment, Instant now) {
        return jdbc.sql("""
                SELECT *, labels::text AS labels_text FROM freeze_window
                WHERE (environment IS NULL OR environment = :environment) AND starts_at <= :now AND ends_at > :now
                ORDER BY ends_at, id
                """).param("environment", environment).param("now", Stamps.of(now)).query(this::row).list();
    }

    /** One blocker for each freeze that lies over the passage, with the targets that it holds. */
    static List<Blocker> blockers(Gates.Passage passage, List<FreezeWindow> freezes) {
        return freezes.stream().map(window -> blocker(window, passage)).filter(Objects::nonNull).toList();
    }

    private static @Nullable Blocker blocker(FreezeWindow window, Gates.Passage passage) {
        List<String> held = passage.labels().entrySet().stream().filter(target -> window.covers(target.getValue()))
                .map(Map.Entry::getKey).sorted().toList();
        if (held.isEmpty()) {
            return null;
        }
        return new Blocker("freeze",
                "Nothing starts on %s until %s: %s".formatted(Words.list(held), Words.at(window.endsAt()),
                        window.reason()),
                "by itself at %s, or sooner when an operator or administrator lifts freeze window %d"
                        .formatted(Words.at(window.endsAt()), window.id()),
                window.endsAt(), Map.of("freezeWindow", window.id(), "targets", held, "reason", window.reason(),
                        "setBy", window.setBy(), "endsAt", window.endsAt().toString()));
    }

    private FreezeWindow row(ResultSet row, int number) throws SQLException {
        return new FreezeWindow(row.getLong("id"), row.getString("environment"),
                new TreeMap<>(json.readValue(row.getString("labels_text"), LABELS)), Stamps.read(row, "starts_at"),
                Stamps.read(row, "ends_at"), row.getString("reason"), row.getString("set_by"), Stamps.read(row, "at"),
                row.getLong("version"));
    }
}
