package dev.rubicon.gate;

import dev.rubicon.audit.AuditTrail;
import dev.rubicon.audit.Subject;
import dev.rubicon.problem.Problem;
import dev.rubicon.registry.Target;
import dev.rubicon.registry.Targets;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Permission;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** The door to backup evidence: records that a restorable backup of a target exists, and from when. */
@Component
public class Backups {

    /** How far ahead a reporter's clock may run. Within it the time is taken as now, and the difference is told. */
    public static final Duration CLOCK_SKEW = Duration.ofSeconds(60);

    /**
     * What is said of a backup.
     *
     * @param takenAt the moment that a restore brings back
     * @param kind the tool or service, like {@code pg_basebackup}
     * @param reference where it is found; never a secret
     * @param restorableUntil when it is thrown away, or null when nobody said
     */
    public record Statement(String target, Instant takenAt, String kind, String reference, BackupClass backupClass,
            @Nullable Instant restorableUntil) {}

    /** A statement that was kept; never changed. */
    public record Evidence(long id, String target, Instant takenAt, String kind, String reference,
            BackupClass backupClass, @Nullable Instant restorableUntil, String recordedBy, Instant at) {}

    /** @param clockSkew by how much {@code takenAt} lay ahead of this server's clock and was cut, or zero */
    public record Recorded(Evidence evidence, Duration clockSkew) {}

    /**
     * What a phase asks of the backup of each of its targets.
     *
     * @param maxAge the oldest that it may be
     * @param keepFor how long it must stay restorable from now on, or null for not being thrown away already
     */
    record Demand(Duration maxAge, @Nullable Duration keepFor, BackupClass atLeast) {}

    private static final int LONGEST = 500;
    private static final Pattern PASSWORD_IN_URL = Pattern.compile("://[^/@\\s]*:[^/@\\s]+@");

    private final JdbcClient jdbc;
    private final Targets targets;
    private final AuditTrail audit;
    private final ApplicationEventPublisher events;
    private final Clock clock;

    Backups(JdbcClient jdbc, Targets targets, AuditTrail audit, ApplicationEventPublisher events, Clock clock) {
        this.jdbc = jdbc;
        this.targets = targets;
        this.audit = audit;
        this.events = events;
        this.clock = clock;
    }

    /** Keeps evidence of a backup that was taken. */
    @Transactional
    public Recorded report(Actor actor, Statement said) {
        Target target = demandTarget(actor, said.target());
        Instant now = Stamps.now(clock);
        Duration ahead = Duration.between(now, said.takenAt());
        Duration skew = ahead.isNegative() ? Duration.ZERO : ahead;
        check(said, now, skew);
        Evidence evidence = insert(said, skew.isZero() ? said.takenAt() : now, actor.label(), now);
        audit.record(actor, "backup.reported",
                new Subject("backup", Long.toString(evidence.id()), target.environment()), details(evidence, skew));
        events.publishEvent(new GatesMoved(target.environment()));
        return new Recorded(evidence, skew);
    }

    private Target demandTarget(Actor actor, String name) {
        Target target = targets.find(name).orElseThrow(() -> Problem.notFound("target '" + name + "'"));
        if (!actor.sees(target.environment()) && !actor.may(Permission.REPORT_BACKUP, target.environment())) {
            throw Problem.notFound("target '" + name + "'");
        }
        actor.demand(Permission.REPORT_BACKUP, target.environment());
        return target;
    }

    private static void check(Statement said, Instant now, Duration skew) {
        Invalid.text("/kind", said.kind(), LONGEST);
        Invalid.text("/reference", said.reference(), LONGEST);
        if (PASSWORD_IN_URL.matcher(said.reference()).find()) {
            throw Invalid.input("/reference", "reference carries a password; send the place without it");
        }
        if (skew.compareTo(CLOCK_SKEW) > 0) {
            throw Invalid.input("/takenAt",
                    "takenAt is %s ahead of this server's clock (%s): a backup is reported after it was taken"
                            .formatted(Words.duration(skew.truncatedTo(ChronoUnit.SECONDS)),
                                    Words.at(now)));
        }
        if (said.takenAt().isBefore(Instant.EPOCH)) {
            throw Invalid.input("/takenAt", "takenAt lies before 1970; no backup is that old");
        }
        if (said.restorableUntil() != null && !said.restorableUntil().isAfter(said.takenAt())) {
            throw Invalid.input("/restorableUntil", "restorableUntil must lie behind takenAt");
        }
    }

    private Evidence insert(Statement said, Instant takenAt, String by, Instant now) {
        return jdbc.sql("""
                INSERT INTO backup (target, taken_at, kind, reference, class, restorable_until, recorded_by, at)
                VALUES (:target, :takenAt, :kind, :reference, :class, :until, :by, :at)
                RETURNING *
                """).param("target", said.target()).param("takenAt", Stamps.of(takenAt))
                .param("kind", said.kind().strip()).param("reference", said.reference().strip())
                .param("class", said.backupClass().name()).param("until", Stamps.ofNullable(said.restorableUntil()))
                .param("by", by).param("at", Stamps.of(now)).query(Backups::row).single();
    }

    private static Map<String, Object> details(Evidence evidence, Duration skew) {
        Map<String, Object> details = new HashMap<>(Map.of("target", evidence.target(), "takenAt",
                evidence.takenAt().toString(), "kind", evidence.kind(), "reference", evidence.reference(), "class",
                evidence.backupClass().word()));
        if (evidence.restorableUntil() != null) {
            details.put("restorableUntil", evidence.restorableUntil().toString());
        }
        if (!skew.isZero()) {
            details.put("clockSkewMillis", skew.toMillis());
        }
        return details;
    }

    /** Evidence of the targets that the actor may see, newest report first. @param before only a smaller id */
    @Transactional(readOnly = true)
    public List<Evidence> history(Actor actor, @Nullable String target, long before, int limit) {
        List<String> names = target == null
                ? targets.all(actor).stream().map(Target::name).toList()
                : List.of(targets.get(actor, target).name());
        if (names.isEmpty()) {
            return List.of();
        }
        return jdbc
                .sql("SELECT * FROM backup WHERE target IN (:targets) AND id < :before ORDER BY id DESC LIMIT :limit")
                .param("targets", names).param("before", before).param("limit", limit).query(Backups::row).list();
    }

    /** The evidence with the youngest backup of each target that has any. */
    @Transactional(readOnly = true)
    public Map<String, Evidence> newest(Collection<String> ofTargets) {
        if (ofTargets.isEmpty()) {
            return Map.of();
        }
        // one look into the index for each: there is a year of backups of every target
        return jdbc.sql("""
                SELECT newest.* FROM unnest(:targets::text[]) AS asked (target), LATERAL (
                       SELECT * FROM backup WHERE target = asked.target ORDER BY taken_at DESC, id DESC LIMIT 1) newest
                """).param("targets", Set.copyOf(ofTargets).toArray(String[]::new)).query(Backups::row).list().stream()
                .collect(Collectors.toMap(Evidence::target, Function.identity()));
    }

    /**
     * What is known of the backups of some targets, by target.
     *
     * @param young newest first
     * @param newest however old it is
     */
    record Known(Map<String, List<Evidence>> young, Map<String, Evidence> newest) {

        /**
         * The targets whose evidence does not do, each with the reason in words; in the given order.
         *
         * @param demand for nothing older than what is known here as young
         */
        Map<String, String> lacking(Collection<String> ofTargets, Demand demand, Instant now) {
            Instant notBefore = now.minus(demand.maxAge());
            Map<String, String> lacking = new LinkedHashMap<>();
            for (String target : ofTargets) {
                List<Evidence> ofAge = young.getOrDefault(target, List.of()).stream()
                        .filter(evidence -> !evidence.takenAt().isBefore(notBefore)).toList();
                String lack = lack(ofAge, newest.get(target), demand, now);
                if (lack != null) {
                    lacking.put(target, lack);
                }
            }
            return lacking;
        }
    }

    /** @param notBefore of which age backups are young */
    Known known(Collection<String> ofTargets, Instant notBefore) {
        return ofTargets.isEmpty()
                ? new Known(Map.of(), Map.of())
                : new Known(young(ofTargets, notBefore), newest(ofTargets));
    }

    private Map<String, List<Evidence>> young(Collection<String> ofTargets, Instant notBefore) {
        return jdbc.sql("""
                SELECT * FROM backup WHERE target = ANY(:targets::text[]) AND taken_at >= :notBefore
                ORDER BY taken_at DESC, id DESC
                """).param("targets", ofTargets.toArray(String[]::new)).param("notBefore", Stamps.of(notBefore))
                .query(Backups::row).list().stream().collect(Collectors.groupingBy(Evidence::target));
    }

    private static @Nullable String lack(List<Evidence> young, @Nullable Evidence newest, Demand demand, Instant now) {
        if (newest == null) {
            return "none reported";
        }
        if (young.isEmpty()) {
            return "newest is of " + Words.at(newest.takenAt());
        }
        List<Evidence> kept = young.stream().filter(evidence -> keptLongEnough(evidence, demand, now)).toList();
        if (kept.isEmpty()) {
            Instant until = young.getFirst().restorableUntil();
            return until == null ? "nobody said how long it is kept" : "kept only until " + Words.at(until);
        }
        return kept.stream().anyMatch(evidence -> evidence.backupClass().compareTo(demand.atLeast()) >= 0)
                ? null
                : "only " + kept.getFirst().backupClass().word();
    }

    private static boolean keptLongEnough(Evidence evidence, Demand demand, Instant now) {
        Instant until = evidence.restorableUntil();
        return until == null
                ? demand.keepFor() == null
                : until.isAfter(now) && (demand.keepFor() == null || !until.isBefore(now.plus(demand.keepFor())));
    }

    private static Evidence row(ResultSet row, int number) throws SQLException {
        return new Evidence(row.getLong("id"), row.getString("target"), Stamps.read(row, "taken_at"),
                row.getString("kind"), row.getString("reference"), BackupClass.valueOf(row.getString("class")),
                Stamps.readNullable(row, "restorable_until"), row.getString("recorded_by"), Stamps.read(row, "at"));
    }
}
