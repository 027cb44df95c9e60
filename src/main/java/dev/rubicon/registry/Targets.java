package dev.rubicon.registry;

import dev.rubicon.audit.AuditTrail;
import dev.rubicon.audit.Subject;
import dev.rubicon.paging.Cursor;
import dev.rubicon.paging.Page;
import dev.rubicon.problem.IfMatch;
import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import dev.rubicon.problem.Violations;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Permission;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** The door to the registered databases. */
@Component
public class Targets {

    private final TargetRows rows;
    private final TargetRules rules;
    private final Environments environments;
    private final Keyring keyring;
    private final SharedKey sharedKey;
    private final SecretReferences references;
    private final AuditTrail audit;
    private final ApplicationEventPublisher events;
    private final Clock clock;

    Targets(TargetRows rows, TargetRules rules, Environments environments, Keyring keyring, SharedKey sharedKey,
            SecretReferences references, AuditTrail audit, ApplicationEventPublisher events, Clock clock) {
        this.rows = rows;
        this.rules = rules;
        this.environments = environments;
        this.keyring = keyring;
        this.sharedKey = sharedKey;
        this.references = references;
        this.audit = audit;
        this.events = events;
        this.clock = clock;
    }

    /** The target, whoever asks. */
    public Optional<Target> find(String name) {
        return TargetRules.isName(name) ? rows.find(name).map(TargetRows.Row::target) : Optional.empty();
    }

    /** The database that each of these is, whoever asks; those that are not there, or were never reached, are not among them. */
    public Map<String, TargetIdentity> identities(Collection<String> names) {
        return names.isEmpty() ? Map.of() : rows.identities(names);
    }

    /** The target, if the actor may see it; else the problem not-found. */
    public Target get(Actor actor, String name) {
        return find(name).filter(target -> actor.sees(target.environment())).orElseThrow(() -> noTarget(name));
    }

    /** All targets that the actor may see, by environment order and name. */
    public List<Target> all(Actor actor) {
        return targets(rows.after(Integer.MIN_VALUE, "", environments.seenBy(actor), Map.of(), Integer.MAX_VALUE));
    }

    /** A page of {@link #all}, of one environment or all, with all these labels. */
    public Page<Target> some(Actor actor, @Nullable String environment, Map<String, String> labels, int limit,
            @Nullable String cursor) {
        List<String> seen = environments.seenBy(actor).stream()
                .filter(name -> environment == null || environment.equals(name)).toList();
        Cursor from = Cursor.read("targets", cursor, 2);
        int position = from == null
                ? Integer.MIN_VALUE
                : Math.clamp(from.number(0), Integer.MIN_VALUE, Integer.MAX_VALUE);
        List<TargetRows.Row> found = rows.after(position, from == null ? "" : from.key().get(1), seen, labels,
                limit + 1);
        return Page.of(found, limit, row -> Cursor.of("targets", row.position(), row.target().name()))
                .map(TargetRows.Row::target);
    }

    /** The targets of an environment that carry all these labels; all of the environment for no label. */
    public List<Target> byLabels(String environment, Map<String, String> labels) {
        return targets(rows.after(Integer.MIN_VALUE, "", List.of(environment), labels, Integer.MAX_VALUE));
    }

    /**
     * All that is needed to connect, the password resolved now.
     *
     * @throws Problem NOT_FOUND, or CONFLICT when the password cannot be had
     */
    public TargetAccess access(String name) {
        TargetRows.Row row = rows.find(name).orElseThrow(() -> noTarget(name));
        Target target = row.target();
        return new TargetAccess(target.name(), target.engine(), target.environment(), target.url(), target.username(),
                password(row), target.settings());
    }

    /** Registers a database. Takes {@link Permission#MANAGE_TARGETS} in its environment. */
    @Transactional
    public Target register(Actor actor, TargetRegistration asked) {
        Violations violations = new Violations();
        String name = Objects.requireNonNullElse(asked.name(), "");
        String environment = Objects.requireNonNullElse(asked.environment(), "");
        EngineKind engine = Objects.requireNonNullElse(asked.engine(), EngineKind.POSTGRESQL);
        Target target = new Target(name, engine, environment, orEmpty(asked.labels()),
                Objects.requireNonNullElse(asked.url(), ""), asked.username(), "none", orEmpty(asked.settings()), null,
                null, clock.instant().truncatedTo(ChronoUnit.MICROS), 0);
        boolean seen = environments.seenBy(actor).contains(environment);
        if (seen) {
            actor.demand(Permission.MANAGE_TARGETS, environment);
        }
        rules.checkName(violations, name);
        violations.unless(asked.engine() != null, "/engine", "A target has an engine: postgresql or dynamodb");
        violations.unless(seen, "/environment", "There is no such environment that you may see");
        check(violations, target);
        rules.checkPassword(violations, asked.password(), asked.passwordRef());
        violations.refuse();
        if (!rows.insert(target, password(name, asked.password(), asked.passwordRef(), TargetRows.Password.NONE))) {
            throw new Problem(ProblemType.CONFLICT, "There is a target '" + name + "'; choose another name");
        }
        Target registered = rows.find(name).orElseThrow().target();
        record(actor, "target.registered", registered, facts(registered));
        return registered;
    }

    /**
     * Changes a target. A change of where the password goes (host, port, user, TLS) demands the password again, and
     * what a check found at the old place is forgotten.
     */
    @Transactional
    public Target change(Actor actor, String name, TargetChange change, IfMatch ifMatch) {
        TargetRows.Row row = locked(actor, name);
        Target before = row.target();
        actor.demand(Permission.MANAGE_TARGETS, before.environment());
        ifMatch.demand(before.version());
        Target after = changed(before, change);
        Violations violations = new Violations();
        violations.unless(environments.seenBy(actor).contains(after.environment()), "/environment",
                "There is no such environment that you may see");
        check(violations, after);
        rules.checkPassword(violations, change.password(), change.passwordRef());
        violations.refuse();
        demandPasswordAgain(row, after, change);
        if (!after.environment().equals(before.environment())) {
            actor.demand(Permission.MANAGE_TARGETS, after.environment());
            events.publishEvent(new TargetLeaving(name));
        }
        rows.update(after, password(name, change.password(), change.passwordRef(), row.password()));
        Target now = rows.find(name).orElseThrow().target();
        record(actor, "target.changed", now, Map.of("before", facts(before), "after", facts(now), "password",
                change.bringsPassword() ? "changed" : "kept"));
        return now;
    }

    /** Forgets a target. Whoever still needs it objects to {@link TargetLeaving}. */
    @Transactional
    public void delete(Actor actor, String name, IfMatch ifMatch) {
        Target target = locked(actor, name).target();
        actor.demand(Permission.MANAGE_TARGETS, target.environment());
        ifMatch.demand(target.version());
        events.publishEvent(new TargetLeaving(name));
        rows.delete(name);
        record(actor, "target.deleted", target, facts(target));
    }

    /** Keeps what a check found, with the identity that it read. */
    @Transactional
    public Target recordCheck(Actor actor, String name, TargetCheck check) {
        TargetRows.Row row = locked(actor, name);
        Target was = row.target();
        actor.demand(Permission.CHECK_TARGET, was.environment());
        TargetIdentity identity = check.identity() == null ? was.identity() : check.identity();
        rows.update(new Target(was.name(), was.engine(), was.environment(), was.labels(), was.url(), was.username(),
                was.passwordSource(), was.settings(), identity, check, was.registeredAt(), was.version()),
                row.password());
        record(actor, "target.checked", was, Map.of("ok", check.ok()));
        return rows.find(name).orElseThrow().target();
    }

    private TargetRows.Row locked(Actor actor, String name) {
        return Optional.of(name).filter(TargetRules::isName).flatMap(rows::lock)
                .filter(row -> actor.sees(row.target().environment())).orElseThrow(() -> noTarget(name));
    }

    private void check(Violations violations, Target target) {
        rules.check(violations, target.engine(), target.url(), target.username(), target.labels(), target.settings());
    }

    private static Target changed(Target was, TargetChange change) {
        String url = Objects.requireNonNullElse(change.url(), was.url());
        String username = change.username() == null ? was.username() : change.username();
        boolean same = url.equals(was.url()) && Objects.equals(username, was.username());
        return new Target(was.name(), was.engine(), Objects.requireNonNullElse(change.environment(), was.environment()),
                merged(was.labels(), change.labels()), url, username, was.passwordSource(),
                merged(was.settings(), change.settings()), same ? was.identity() : null,
                same ? was.lastCheck() : null, was.registeredAt(), was.version());
    }

    private static void demandPasswordAgain(TargetRows.Row row, Target after, TargetChange change) {
        if (row.password().isNone() || change.bringsPassword()) {
            return;
        }
        new Violations().unless(samePlace(row.target(), after), "/password",
                "A change of host, port, user or TLS needs the password (or its reference) again").refuse();
    }

    private static boolean samePlace(Target before, Target after) {
        if (!Objects.equals(before.username(), after.username())) {
            return false;
        }
        return switch (before.engine()) {
            case POSTGRESQL -> JdbcUrl.parse(before.url()).samePlace(JdbcUrl.parse(after.url()));
            case DYNAMODB -> before.url().equals(after.url());
        };
    }

    private TargetRows.Password password(String target, @Nullable String clear, @Nullable String reference,
            TargetRows.Password otherwise) {
        if (clear != null) {
            return new TargetRows.Password(sharedKey.seal(target, clear), null);
        }
        return reference == null ? otherwise : new TargetRows.Password(null, reference);
    }

    private @Nullable String password(TargetRows.Row row) {
        try {
            if (row.password().sealed() != null) {
                return keyring.open(row.target().name(), row.password().sealed());
            }
            return row.password().reference() == null ? null : references.resolve(row.password().reference());
        } catch (IllegalArgumentException e) {
            throw new Problem(ProblemType.CONFLICT, "The password of target '" + row.target().name()
                    + "' cannot be had: " + e.getMessage());
        }
    }

    private void record(Actor actor, String action, Target target, Map<String, ?> details) {
        audit.record(actor, action, new Subject("target", target.name(), target.environment()), details);
    }

    private static Map<String, Object> facts(Target target) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("engine", target.engine());
        facts.put("environment", target.environment());
        facts.put("url", target.url());
        facts.put("username", target.username() == null ? "" : target.username());
        facts.put("passwordSource", target.passwordSource());
        facts.put("labels", target.labels());
        facts.put("settings", target.settings());
        return facts;
    }

    private static Map<String, String> merged(Map<String, String> was,
            @Nullable Map<String, @Nullable String> change) {
        Map<String, String> merged = new LinkedHashMap<>(was);
        if (change != null) {
            change.forEach((key, value) -> merged.compute(key, (same, old) -> value));
        }
        return merged;
    }

    private static Map<String, String> orEmpty(@Nullable Map<String, String> map) {
        return map == null ? Map.of() : map;
    }

    private static List<Target> targets(List<TargetRows.Row> found) {
        return found.stream().map(TargetRows.Row::target).toList();
    }

    private static Problem noTarget(String name) {
        return Problem.notFound("target '" + name + "'");
    }
}
