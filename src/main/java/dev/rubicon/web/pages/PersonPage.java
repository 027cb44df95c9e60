package dev.rubicon.web.pages;

import dev.rubicon.security.Account;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Permission;
import dev.rubicon.security.Role;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.util.MultiValueMap;

/**
 * One account.
 *
 * @param version what the forms were filled from
 * @param own whether it is the reader's
 * @param mayGive whether the reader may give roles of at least one environment shown
 * @param mayManage whether all else of the account is the reader's business too
 */
record PersonPage(String name, String fullName, Sign sign, boolean disabled, boolean own, Moment since, long version,
        boolean mayGive, boolean mayManage, List<String> roles, List<Grants> grants, Form.Field fullNameField,
        List<Form.Field> passwords) {

    /**
     * The roles of one environment.
     *
     * @param environment its name, or {@code *}
     * @param may whether the reader may give them
     * @param now what is set after a stale form where the boxes say something else, or an empty text
     */
    record Grants(String environment, String title, boolean may, List<Box> boxes, String now) {}

    /** @param value of the box, like {@code staging viewer} */
    record Box(String value, String role, boolean on) {}

    static final String GRANT = "grant";
    /** Names each environment whose boxes could be ticked. */
    static final String OPEN = "open";

    static PersonPage of(Account account, List<String> environments, Form form, Actor actor, Instant now) {
        boolean own = account.name().equals(actor.name());
        boolean manages = actor.may(Permission.MANAGE_PEOPLE, Actor.EVERYWHERE);
        List<Grants> grants = rows(account, environments).stream().map(each -> grants(each, account, form, actor))
                .toList();
        return new PersonPage(account.name(), account.fullName(), sign(account), account.disabled(), own,
                Moment.of(account.createdAt(), now), account.version(),
                grants.stream().anyMatch(Grants::may), manages, words(account.roles()), grants,
                form.text("fullName", "Full name", "as others read it"), passwords(form, own, manages));
    }

    static Sign sign(Account account) {
        return account.disabled() ? new Sign("stop", "soft", "deactivated") : new Sign("check", "good", "active");
    }

    /** Roles by environment, each a line. */
    static List<String> words(Map<String, Set<Role>> roles) {
        return new TreeMap<>(roles).entrySet().stream().filter(entry -> !entry.getValue().isEmpty())
                .map(entry -> names(entry.getValue()) + " " + place(entry.getKey())).toList();
    }

    /**
     * The roles that the boxes say where there were any to tick, and elsewhere those that the account has: of boxes that
     * were shut when the form was opened the browser sends nothing, which is no wish.
     */
    static Map<String, Set<Role>> roles(Account account, List<String> environments, MultiValueMap<String, String> typed,
            Actor actor) {
        List<String> sent = typed.getOrDefault(GRANT, List.of());
        List<String> open = typed.getOrDefault(OPEN, List.of());
        Map<String, Set<Role>> roles = new TreeMap<>();
        for (String environment : rows(account, environments)) {
            Set<Role> held = new TreeSet<>();
            if (open.contains(environment) && actor.may(Permission.MANAGE_PEOPLE, environment)) {
                Arrays.stream(Role.values()).filter(role -> sent.contains(value(environment, role)))
                        .forEach(held::add);
            } else {
                held.addAll(account.roles().getOrDefault(environment, Set.of()));
            }
            if (!held.isEmpty()) {
                roles.put(environment, held);
            }
        }
        return roles;
    }

    private static Set<String> rows(Account account, List<String> environments) {
        Set<String> rows = new LinkedHashSet<>(List.of(Actor.EVERYWHERE));
        rows.addAll(environments);
        rows.addAll(new TreeSet<>(account.roles().keySet()));
        return rows;
    }

    private static Grants grants(String environment, Account account, Form form, Actor actor) {
        Set<Role> stored = account.roles().getOrDefault(environment, Set.of());
        boolean may = actor.may(Permission.MANAGE_PEOPLE, environment);
        List<String> sent = form.typed() == null || !may ? null : form.typed().getOrDefault(GRANT, List.of());
        List<Box> boxes = new ArrayList<>();
        boolean differs = false;
        for (Role role : Role.values()) {
            boolean on = on(environment, role, stored, sent);
            differs |= on != stored.contains(role);
            boxes.add(new Box(value(environment, role), role.wireName(), on));
        }
        String now = !form.stale() || !differs ? "" : stored.isEmpty() ? "nothing" : names(stored);
        return new Grants(environment, environment.equals(Actor.EVERYWHERE) ? "everywhere" : environment, may, boxes,
                now);
    }

    private static boolean on(String environment, Role role, Set<Role> stored, @Nullable List<String> sent) {
        return sent == null ? stored.contains(role) : sent.contains(value(environment, role));
    }

    private static List<Form.Field> passwords(Form form, boolean own, boolean manages) {
        Form.Field next = form.password("password", "New password", "at least 10 characters");
        return own
                ? List.of(form.password("currentPassword", "Present password",
                        "a session left open must not be enough to take an account over"), next)
                : manages ? List.of(next) : List.of();
    }

    private static String value(String environment, Role role) {
        return environment + " " + role.wireName();
    }

    private static String names(Set<Role> roles) {
        return String.join(", ", Objects.requireNonNull(roles).stream().sorted().map(Role::wireName).toList());
    }

    private static String place(String environment) {
        return environment.equals(Actor.EVERYWHERE) ? "everywhere" : "in " + environment;
    }
}
