package dev.rubicon.registry;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A change of a target; what is null stays as it is. Labels and settings are merged (RFC 7396): a null value takes the
 * key away.
 */
public record TargetChange(@Nullable String environment, @Nullable Map<String, @Nullable String> labels,
        @Nullable String url, @Nullable String username, @Nullable String password, @Nullable String passwordRef,
        @Nullable Map<String, @Nullable String> settings) {

    @Override
    public String toString() {
        return "TargetChange[]";
    }

    boolean bringsPassword() {
        return password != null || passwordRef != null;
    }
}
