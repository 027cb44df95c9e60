package dev.rubicon.registry;

import dev.rubicon.audit.AuditTrail;
import dev.rubicon.audit.Subject;
import dev.rubicon.problem.IfMatch;
import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import dev.rubicon.problem.Violations;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Permission;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;

/** The door to the environments and their policies. */
@Component
public class Environments {

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,79}");
    private static final String SELECT = "SELECT * FROM environment ";

    private final JdbcClient jdbc;
    private final JsonMapper json;
    private final AuditTrail audit;
    private final ObjectProvider<IgnoreRules> ignoreRules;

    Environments(JdbcClient jdbc, JsonMapper json, AuditTrail audit, ObjectProvider<IgnoreRules> ignoreRules) {
        this.ignoreRules = ignoreRules;
        this.jdbc = jdbc;
        this.json = json;
        this.audit = audit;
    }

    public Optional<Environment> find(String name) {
        return !NAME.matcher(name).matches()
                ? Optional.empty()
                : jdbc.sql(SELECT + "WHERE name = ?").param(name).query(this::environment).optional();
    }

    /** All, in their order. */
    public List<Environment> all() {
        return jdbc.sql(SELECT + "ORDER BY position").query(this::environment).list();
    }

    /** Those that the actor may see, in their order. */
    public List<Environment> all(Actor actor) {
        return all().stream().filter(environment -> actor.sees(environment.name())).toList();
    }

    /** The environment, if the actor may see it; else the problem not-found. */
    public Environment get(Actor actor, String name) {
        return find(name).filter(environment -> actor.sees(environment.name())).orElseThrow(() -> none(name));
    }

    /**
     * Makes an environment or gives it another policy. A new one takes {@link Permission#MANAGE_ENVIRONMENTS}
     * everywhere; to change one, in it suffices.
     *
     * @throws Problem CONFLICT when the position is another's
     */
    @Transactional
    public Environment put(Actor actor, String name, EnvironmentChange asked, IfMatch ifMatch) {
        Optional<Environment> before = lock(name);
        if (before.isPresent() && !actor.sees(name)) {
            throw none(name);
        }
        actor.demand(Permission.MANAGE_ENVIRONMENTS, before.isPresent() ? name : Actor.EVERYWHERE);
        before.ifPresent(environment -> ifMatch.demand(environment.version()));
        check(name, asked);
        int position = Objects.requireNonNull(asked.position());
        Policy policy = Objects.requireNonNull(asked.policy());
        write(name, position, policy);
        Map<String, Object> details = new LinkedHashMap<>();
        before.ifPresent(environment -> details.put("before", facts(environment.position(), environment.policy())));
        details.put("after", facts(position, policy));
        audit.record(actor, before.isPresent() ? "environment.changed" : "environment.created",
                new Subject("environment", name, name), details);
        return find(name).orElseThrow();
    }

    /** The names of those that the actor may see, in their order. */
    List<String> seenBy(Actor actor) {
        return all(actor).stream().map(Environment::name).toList();
    }

    private Optional<Environment> lock(String name) {
        return !NAME.matcher(name).matches()
                ? Optional.empty()
                : jdbc.sql(SELECT + "WHERE name = ? FOR UPDATE").param(name).query(this::environment).optional();
    }

    private void check(String name, EnvironmentChange asked) {
        Violations violations = new Violations()
                .unless(NAME.matcher(name).matches(), "/name",
                        "A name is 1 to 80 lower-case letters, digits or '-' and begins with a letter or digit")
                .unless(asked.position() != null, "/position", "An environment has a position, a whole number")
                .unless(asked.policy() != null, "/policy", "An environment has a policy");
        if (asked.policy() != null) {
            PolicyRules.check(violations, asked.policy(), ignoreRules.stream());
        }
        violations.refuse();
    }

    private void write(String name, int position, Policy policy) {
        try {
            jdbc.sql("""
                    INSERT INTO environment (name, position, policy) VALUES (?, ?, ?::jsonb)
                    ON CONFLICT (name) DO UPDATE SET position = excluded.position, policy = excluded.policy,
                                                     version = environment.version + 1
                    """).params(name, position, json.writeValueAsString(policy)).update();
        } catch (DuplicateKeyException e) {
            throw new Problem(ProblemType.CONFLICT,
                    "Another environment has the position " + position + "; each is taken once");
        }
    }

    private static Map<String, Object> facts(int position, Policy policy) {
        return Map.of("position", position, "policy", policy);
    }

    private Environment environment(ResultSet row, int number) throws SQLException {
        return new Environment(row.getString("name"), row.getInt("position"),
                json.readValue(row.getString("policy"), Policy.class), row.getLong("version"));
    }

    private static Problem none(String name) {
        return Problem.notFound("environment '" + name + "'");
    }
}
