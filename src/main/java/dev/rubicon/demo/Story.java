package dev.rubicon.demo;

import dev.rubicon.security.Role;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the demo consists of, made through the public API in an order that may break off anywhere and go on at the next
 * start. The rollout comes last: where it is, everything is, and the demo belongs to whoever plays with it.
 */
final class Story {

    private static final Logger LOG = LoggerFactory.getLogger(Story.class);
    static final String PLAN = "rename-username";
    static final String CANARY = "shop-canary";
    private static final String ENVIRONMENT = "production";
    /** The canary first: waves take the targets in this order. */
    private static final List<String> TARGETS = List.of(CANARY, "shop-eu", "shop-us");

    private final DemoAccounts accounts;
    private final Rollouts rollouts;
    private final Api api;

    Story(DemoAccounts accounts, Rollouts rollouts, Api api) {
        this.accounts = accounts;
        this.rollouts = rollouts;
        this.api = api;
    }

    /** @return whether there was something to do */
    boolean tell() throws SQLException, IOException {
        people();
        if (rollouts.exists(PLAN)) {
            return false;
        }
        oneApprovalIsEnough();
        for (String target : TARGETS) {
            LOG.info("Demo: making the database of {} with 200,000 users.", target);
            rollouts.register(target, ENVIRONMENT, Map.of("app", "shop", "region", target.substring("shop-".length())),
                    ShopDatabases.Content.shop(200_000));
        }
        report("2.3.0");
        rollouts.open(PLAN, ENVIRONMENT, TARGETS, List.of(Map.of("count", 1), Map.of("percent", 100)));
        return true;
    }

    private void people() {
        accounts.ensure("author", "Ada Author", "author", Set.of(Role.AUTHOR));
        accounts.ensure("approver", "Paul Approver", "approver", Set.of(Role.APPROVER));
        accounts.ensure("operator", "Olga Operator", "operator", Set.of(Role.OPERATOR));
        accounts.ensure("admin", "Adam Admin", "admin", Set.of(Role.ADMIN, Role.AUDITOR));
    }

    /** A person who walks through the demo alone plays the approver once per phase, the river's too. */
    private void oneApprovalIsEnough() {
        Api.Answer environment = api.get("admin", "/environments/" + ENVIRONMENT);
        JsonNode policy = environment.body().path("policy");
        if (policy.path("approvals") instanceof ObjectNode approvals) {
            List.of("normal", "highRisk", "river").forEach(kind -> approvals.put(kind, 1));
            api.put("admin", "/environments/" + ENVIRONMENT, environment.tag(),
                    Map.of("position", environment.body().path("position"), "policy", policy));
        } else {
            throw new DemoFailed("the environment " + ENVIRONMENT + " has no policy of approvals");
        }
    }

    private void report(String version) {
        api.post("operator", "/deployments", Map.of("application", "accounts-web", "version", version, "environment",
                ENVIRONMENT, "state", "live"));
    }
}
