package dev.rubicon.security;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A change of an account; what is null stays as it is.
 *
 * @param roles all roles of the account from now on
 * @param password the new one, in clear text; its only way is into the hash
 * @param currentPassword demanded from a person who changes their own password
 */
public record AccountChange(@Nullable String fullName, @Nullable Map<String, Set<Role>> roles,
        @Nullable Boolean disabled, @Nullable String password, @Nullable String currentPassword) {

    @Override
    public String toString() {
        return "AccountChange[]";
    }
}
