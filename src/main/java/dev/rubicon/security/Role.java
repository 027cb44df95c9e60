package dev.rubicon.security;

/** What a person may do in an environment. Roles are sets: none includes another, and each lets its holder read. */
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
    ADMIN
}
