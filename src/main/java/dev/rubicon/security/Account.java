package dev.rubicon.security;

import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A person with a local account, without the password.
 *
 * @param name the identity in every record; it never changes and is never given twice
 * @param roles by environment; the key {@code *} holds the roles that count everywhere
 * @param version counts the changes; it is the ETag
 */
public record Account(String name, String fullName, boolean disabled, Map<String, Set<Role>> roles, Instant createdAt,
        long version) {

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._@-]{0,79}");

    /** Whether a text could be an account's name. */
    static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    Actor actor() {
        return new Actor(name, null, roles, Set.of());
    }

    /** As this reader may know it: without the roles in environments of which they may not know that they exist. */
    Account seenBy(Actor reader) {
        Map<String, Set<Role>> known = new TreeMap<>(roles);
        known.keySet().removeIf(environment -> !isKnown(environment, reader));
        return new Account(name, fullName, disabled, known, createdAt, version);
    }

    /** Roles that count everywhere count in the reader's environments too. */
    static boolean isKnown(String environment, Actor reader) {
        return environment.equals(Actor.EVERYWHERE) || reader.sees(environment);
    }

    boolean administersEverything() {
        return !disabled && roles.getOrDefault(Actor.EVERYWHERE, Set.of()).contains(Role.ADMIN);
    }
}
