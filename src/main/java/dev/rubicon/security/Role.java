package dev.rubicon.security;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;

/**
 * What a person may do in an environment; the wire name is the lower-case constant. Roles are sets: none includes
 * another, and each lets its holder read.
 */
public enum Role {
    /** Reads everything of the environment but the audit trail. */
    VIEWER,
    /** Submits plans, comments on them and opens rollouts. */
    AUTHOR,
    /** Approves or rejects phases, never of a plan or rollout of their own. */
    APPROVER,
    /** Pauses, resumes, cancels, retries, skips and rolls back; reports deployments and backups. */
    OPERATOR,
    /** Reads and verifies the audit trail. */
    AUDITOR,
    /** Manages targets, environments, people and tokens. */
    ADMIN;

    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws IllegalArgumentException for a word that is no role */
    @JsonCreator
    public static Role of(String wireName) {
        return Arrays.stream(values()).filter(role -> role.wireName().equals(wireName)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'" + wireName
                        + "' is not a role; there are viewer, author, approver, operator, auditor and admin"));
    }
}
