package dev.rubicon.security;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An account to be made.
 *
 * @param fullName as others read it, or null for none
 * @param password in clear text; its only way is into the hash
 * @param roles by environment; the key {@code *} counts everywhere; null for none
 */
public record NewAccount(@Nullable String name, @Nullable String fullName, @Nullable String password,
        @Nullable Map<String, Set<Role>> roles) {

    @Override
    public String toString() {
        return "NewAccount[" + name + "]";
    }
}
