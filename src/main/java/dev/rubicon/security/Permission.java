package dev.rubicon.security;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One kind of act and who may do it: the roles that allow it to a person, the scope that allows it to a token. */
public enum Permission {
    READ("read", Set.of(Role.values()), Scope.READ, false), SUBMIT_PLAN("submit plans", Set.of(Role.AUTHOR),
            Scope.PLANS, false), REVIEW("comment on plans", Set.of(Role.AUTHOR, Role.APPROVER, Role.OPERATOR), null,
                    false), ACCEPT_FINDING("accept findings", Set.of(Role.APPROVER), null, false), OPEN_ROLLOUT(
                            "open rollouts", Set.of(Role.AUTHOR, Role.OPERATOR), Scope.ROLLOUTS,
                            false), APPROVE("approve phases", Set.of(Role.APPROVER), null, false), OPERATE(
                                    "operate rollouts", Set.of(Role.OPERATOR), Scope.ROLLOUTS,
                                    false), REPORT_DEPLOYMENT("report deployments", Set.of(Role.OPERATOR),
                                            Scope.DEPLOYMENTS, true), REPORT_BACKUP("report backups",
                                                    Set.of(Role.OPERATOR), Scope.BACKUPS, true), FREEZE(
                                                            "manage freeze windows", Set.of(Role.OPERATOR, Role.ADMIN),
                                                            null, false), CHECK_TARGET("check targets",
                                                                    Set.of(Role.OPERATOR, Role.ADMIN), Scope.TARGETS,
                                                                    false), MANAGE_TARGETS("manage targets",
                                                                            Set.of(Role.ADMIN), Scope.TARGETS,
                                                                            false), MANAGE_ENVIRONMENTS(
                                                                                    "manage environments",
                                                                                    Set.of(Role.ADMIN), null,
                                                                                    false), MANAGE_PEOPLE(
                                                                                            "manage people and tokens",
                                                                                            Set.of(Role.ADMIN), null,
                                                                                            false), MANAGE_WEBHOOKS(
                                                                                                    "manage webhooks",
                                                                                                    Set.of(Role.ADMIN),
                                                                                                    null,
                                                                                                    false), READ_AUDIT(
                                                                                                            "read the audit trail",
                                                                                                            Set.of(Role.AUDITOR,
                                                                                                                    Role.ADMIN),
                                                                                                            null,
                                                                                                            false);

    private final String sentence;
    private final Set<Role> roles;
    private final @Nullable Scope scope;
    private final boolean scopeSuffices;

    Permission(String sentence, Set<Role> roles, @Nullable Scope scope, boolean scopeSuffices) {
        this.sentence = sentence;
        this.roles = roles;
        this.scope = scope;
        this.scopeSuffices = scopeSuffices;
    }

    /** The act in words, to be put behind "may not". */
    public String sentence() {
        return sentence;
    }

    /** The roles of which a person needs one. */
    public Set<Role> roles() {
        return roles;
    }

    /** The scope that a token needs, or null when no token may do this. */
    public @Nullable Scope scope() {
        return scope;
    }

    /** Whether the scope alone is enough for a token, whatever roles its owner has. */
    public boolean scopeSuffices() {
        return scopeSuffices;
    }
}
