package dev.rubicon.security;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;

/** What an API token may be used for; the wire name is the lower-case constant. */
public enum Scope {
    /** Read what the token's owner may read. Every token has it. */
    READ,
    /** Submit plans. */
    PLANS,
    /** Open and operate rollouts; never approve. */
    ROLLOUTS,
    /** Report deployments, whatever the owner's roles. */
    DEPLOYMENTS,
    /** Report backups, whatever the owner's roles. */
    BACKUPS,
    /** Manage targets. */
    TARGETS;

    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws IllegalArgumentException for a word that is no scope */
    @JsonCreator
    public static Scope of(String wireName) {
        return Arrays.stream(values()).filter(scope -> scope.wireName().equals(wireName)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'" + wireName
                        + "' is not a scope; there are read, plans, rollouts, deployments, backups and targets"));
    }
}
