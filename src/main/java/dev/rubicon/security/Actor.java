package dev.rubicon.security;

import java.security.Principal;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who acts: a person, a token used for its owner, or Rubicon itself. It is the principal of every authenticated request
 * ({@code @AuthenticationPrincipal Actor}).
 *
 * @param name the person's account name; for a token its owner's
 * @param token the token's name, or null for a person
 * @param grants roles by environment; the key {@code *} holds the roles that count everywhere
 * @param scopes what the token may be used for; of no meaning without a token
 */
public record Actor(String name, @Nullable String token, Map<String, Set<Role>> grants, Set<Scope> scopes)
        implements
            Principal {

    /** The key of grants that count in every environment. */
    public static final String EVERYWHERE = "*";

    /** Rubicon itself: workers and start-up. */
    public static final Actor RUBICON = new Actor("rubicon", null,
            Map.of(EVERYWHERE, EnumSet.allOf(Role.class)), Set.of());

    @Override
    public String getName() {
        return name;
    }

    /** The name to show and to record: a token's says which one was used. */
    public String label() {
        return token == null ? name : name + " (token " + token + ")";
    }

    /** Whether this actor may do this in the environment. */
    public boolean may(Permission permission, String environment) {
        if (token != null) {
            Scope needed = permission.scope();
            if (needed == null || !(scopes.contains(needed) || needed == Scope.READ)) {
                return false;
            }
            if (permission.scopeSuffices()) {
                return true;
            }
        }
        return holdsOneOf(permission, EVERYWHERE) || holdsOneOf(permission, environment);
    }

    /** Whether this actor may do this in at least one environment: the question for what belongs to none, like a plan. */
    public boolean mayAnywhere(Permission permission) {
        return grants.keySet().stream().anyMatch(environment -> may(permission, environment))
                || (permission.scopeSuffices() && may(permission, EVERYWHERE));
    }

    /** @throws NotAllowed when {@link #may} says no */
    public void demand(Permission permission, String environment) {
        if (!may(permission, environment)) {
            throw new NotAllowed(this, permission, environment);
        }
    }

    /** @throws NotAllowed when {@link #mayAnywhere} says no */
    public void demandAnywhere(Permission permission) {
        if (!mayAnywhere(permission)) {
            throw new NotAllowed(this, permission, EVERYWHERE);
        }
    }

    /** Whether this actor may know that things of this environment exist. */
    public boolean sees(String environment) {
        return may(Permission.READ, environment);
    }

    private boolean holdsOneOf(Permission permission, String environment) {
        Set<Role> held = grants.getOrDefault(environment, Set.of());
        return Arrays.stream(Role.values()).anyMatch(role -> held.contains(role) && permission.roles().contains(role));
    }
}
