package dev.rubicon.security;

import dev.rubicon.paging.Cursor;
import dev.rubicon.paging.Page;
import dev.rubicon.problem.IfMatch;
import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import dev.rubicon.problem.Violations;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * The door to the people. Roles of an environment are given by its administrators; all else of an account is the
 * business of those who administer everything, and of the person.
 */
@Component
public class Accounts {

    /** The fewest characters of a password that a person chooses. */
    static final int SHORTEST_PASSWORD = 10;

    private static final Pattern ENVIRONMENT = Pattern.compile("\\*|[a-z0-9][a-z0-9-]{0,79}");
    private static final int LONGEST_NAME = 200;

    private final AccountRows rows;
    private final Passwords passwords;
    private final ApplicationEventPublisher events;

    Accounts(AccountRows rows, Passwords passwords, ApplicationEventPublisher events) {
        this.rows = rows;
        this.passwords = passwords;
        this.events = events;
    }

    /** The account, whoever asks. */
    public Optional<Account> find(String name) {
        return Account.isName(name) ? rows.find(name).map(AccountRows.Row::account) : Optional.empty();
    }

    /**
     * The account, if it is the actor's own or the actor manages people; else the problem not-found. Of its roles those in
     * environments that the actor may know of.
     */
    public Account get(Actor actor, String name) {
        return find(name).filter(account -> sees(actor, account.name())).map(account -> account.seenBy(actor))
                .orElseThrow(() -> noAccount(name));
    }

    /** By name, as {@link #get} shows each. Takes {@link Permission#MANAGE_PEOPLE} in some environment. */
    public Page<Account> all(Actor actor, int limit, @Nullable String cursor) {
        actor.demandAnywhere(Permission.MANAGE_PEOPLE);
        Cursor from = Cursor.read("users", cursor, 1);
        return Page.of(rows.after(from == null ? "" : from.key().getFirst(), limit + 1), limit,
                account -> Cursor.of("users", account.name())).map(account -> account.seenBy(actor));
    }

    /** Whether nobody has or ever had an account. */
    public boolean none() {
        return rows.none();
    }

    /** Makes an account at start-up (the first administrator, the demo's people), unless the name is taken. */
    @Transactional
    public boolean seed(String name, String fullName, String password, Map<String, Set<Role>> roles) {
        if (!rows.insert(name, fullName, passwords.encode(password))) {
            return false;
        }
        rows.putRoles(name, roles);
        publish(Actor.RUBICON, "user.created", name, Map.of("roles", roles));
        return true;
    }

    /** @throws Problem CONFLICT when the name is or was somebody's */
    @Transactional
    public Account create(Actor actor, NewAccount asked) {
        actor.demand(Permission.MANAGE_PEOPLE, Actor.EVERYWHERE);
        String name = asked.name() == null ? "" : asked.name();
        String fullName = Objects.requireNonNullElse(asked.fullName(), "");
        Map<String, Set<Role>> roles = Objects.requireNonNullElse(asked.roles(), Map.of());
        Violations violations = new Violations().unless(
                Account.isName(name) && !name.equals(Actor.RUBICON.name()), "/name",
                "A name is 1 to 80 lower-case letters, digits, '.', '_', '@' or '-', begins with a letter or digit and is"
                        + " not '" + Actor.RUBICON.name() + "'");
        check(violations, fullName, roles);
        checkPassword(violations, Objects.requireNonNullElse(asked.password(), ""));
        violations.refuse();
        if (!rows.insert(name, fullName, passwords.encode(Objects.requireNonNull(asked.password())))) {
            throw new Problem(ProblemType.CONFLICT, "The name '" + name
                    + "' is or was somebody's; a name is never given twice, so that the trail stays clear");
        }
        rows.putRoles(name, roles);
        publish(actor, "user.created", name, Map.of("roles", roles));
        return rows.find(name).orElseThrow().account();
    }

    /**
     * Roles in environments that the actor may not know of stay as they are: nobody leaves out what they do not see to take
     * it away.
     *
     * @throws Problem CONFLICT when nobody would be left who administers everything
     */
    @Transactional
    public Account change(Actor actor, String name, AccountChange change, IfMatch ifMatch) {
        AccountRows.Row row = locked(actor, name);
        ifMatch.demand(row.account().version());
        demandFor(actor, row, change);
        String fullName = Objects.requireNonNullElse(change.fullName(), row.account().fullName());
        Map<String, Set<Role>> roles = new TreeMap<>(row.account().roles());
        if (change.roles() != null) {
            roles.keySet().removeIf(environment -> Account.isKnown(environment, actor));
            roles.putAll(change.roles());
        }
        Violations violations = new Violations();
        check(violations, fullName, roles);
        if (change.password() != null) {
            checkPassword(violations, change.password());
        }
        violations.refuse();
        if (change.roles() != null) {
            rows.putRoles(name, roles);
        }
        if (change.password() != null) {
            rows.putPassword(name, passwords.encode(change.password()));
        }
        rows.update(name, fullName, Objects.requireNonNullElse(change.disabled(), row.account().disabled()));
        demandAnAdministrator(row.account());
        publish(actor, "user.changed", name, facts(change));
        return rows.find(name).orElseThrow().account().seenBy(actor);
    }

    /** Takes the account away for good; its name stays taken. */
    @Transactional
    public void delete(Actor actor, String name, IfMatch ifMatch) {
        AccountRows.Row row = locked(actor, name);
        actor.demand(Permission.MANAGE_PEOPLE, Actor.EVERYWHERE);
        ifMatch.demand(row.account().version());
        rows.retire(name);
        demandAnAdministrator(row.account());
        publish(actor, "user.deleted", name, Map.of());
    }

    private AccountRows.Row locked(Actor actor, String name) {
        return Optional.of(name).filter(Account::isName).flatMap(rows::lock)
                .filter(row -> sees(actor, row.account().name())).orElseThrow(() -> noAccount(name));
    }

    private void demandFor(Actor actor, AccountRows.Row row, AccountChange change) {
        if (change.roles() != null) {
            Map<String, Set<Role>> known = row.account().seenBy(actor).roles();
            changed(known, change.roles())
                    .forEach(environment -> actor.demand(Permission.MANAGE_PEOPLE, environment));
        }
        if (change.disabled() != null) {
            actor.demand(Permission.MANAGE_PEOPLE, Actor.EVERYWHERE);
        }
        if (change.fullName() == null && change.password() == null) {
            return;
        }
        if (actor.token() != null || !actor.name().equals(row.account().name())) {
            actor.demand(Permission.MANAGE_PEOPLE, Actor.EVERYWHERE);
        } else if (change.password() != null) {
            demandCurrent(row, change.currentPassword());
        }
    }

    /** A session left open must not be enough to take an account over. */
    private void demandCurrent(AccountRows.Row row, @Nullable String current) {
        new Violations().unless(current != null && passwords.matches(current, row.passwordHash()), "/currentPassword",
                "Your present password is needed to change it").refuse();
    }

    private void demandAnAdministrator(Account before) {
        if (before.administersEverything() && rows.administrators() == 0) {
            throw new Problem(ProblemType.CONFLICT,
                    "'" + before.name() + "' is the last who administers everything; give that role to another first");
        }
    }

    private static Set<String> changed(Map<String, Set<Role>> before, Map<String, Set<Role>> after) {
        Set<String> environments = new HashSet<>(before.keySet());
        environments.addAll(after.keySet());
        environments.removeIf(environment -> before.getOrDefault(environment, Set.of())
                .equals(after.getOrDefault(environment, Set.of())));
        return environments;
    }

    private static void check(Violations violations, String fullName, Map<String, Set<Role>> roles) {
        violations.unless(fullName.length() <= LONGEST_NAME && fullName.chars().noneMatch(Character::isISOControl),
                "/fullName", "A full name has at most " + LONGEST_NAME + " characters and no control characters");
        roles.keySet().stream().filter(environment -> !ENVIRONMENT.matcher(environment).matches())
                .forEach(environment -> violations.add("/roles",
                        "The keys of roles are environments, or * for all of them"));
        violations.unless(roles.values().stream().allMatch(Objects::nonNull), "/roles",
                "The values of roles are lists of roles; an empty one takes all away");
    }

    private static void checkPassword(Violations violations, String password) {
        violations.unless(
                password.length() >= SHORTEST_PASSWORD
                        && password.getBytes(StandardCharsets.UTF_8).length <= Passwords.MOST_BYTES,
                "/password", "A password has at least " + SHORTEST_PASSWORD + " characters and at most "
                        + Passwords.MOST_BYTES + " bytes");
    }

    private static Map<String, Object> facts(AccountChange change) {
        Map<String, Object> facts = new LinkedHashMap<>();
        if (change.roles() != null) {
            facts.put("roles", change.roles());
        }
        if (change.disabled() != null) {
            facts.put("disabled", change.disabled());
        }
        if (change.fullName() != null) {
            facts.put("fullName", change.fullName());
        }
        if (change.password() != null) {
            facts.put("password", "changed");
        }
        return facts;
    }

    private void publish(Actor by, String action, String name, Map<String, Object> details) {
        events.publishEvent(new AccessChanged(by, action, "user", name, details));
    }

    private static boolean sees(Actor actor, String name) {
        return actor.name().equals(name) || actor.mayAnywhere(Permission.MANAGE_PEOPLE);
    }

    private static Problem noAccount(String name) {
        return Problem.notFound("account '" + name + "'");
    }
}
