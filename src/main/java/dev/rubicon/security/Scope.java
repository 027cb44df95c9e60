package dev.rubicon.security;

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
    TARGETS
}
