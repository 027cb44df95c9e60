package dev.rubicon.demo;

import dev.rubicon.security.Role;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
    private static final String PLAN = "rename-username";
    private static final String ENVIRONMENT = "production";
    /** The canary first: waves take the targets in this order. */
    private static final List<String> TARGETS = List.of("shop-canary", "shop-eu", "shop-us");

    private final DemoAccounts accounts;
    private final Shops shops;
    private final Api api;

    Story(DemoAccounts accounts, Shops shops, Api api) {
        this.accounts = accounts;
        this.shops = shops;
        this.api = api;
    }

    /** Where the databases of the targets come from. */
    interface Shops {
        ShopDatabases.Shop make(String name) throws SQLException;
    }

    /** @return whether there was something to do */
    boolean tell() throws SQLException, IOException {
        people();
        if (toldBefore()) {
            return false;
        }
        oneApprovalIsEnough();
        for (String target : TARGETS) {
            register(target);
        }
        report("2.3.0");
        open(submit());
        return true;
    }

    private void people() {
        accounts.ensure("author", "Ada Author", "author", Set.of(Role.AUTHOR));
        accounts.ensure("approver", "Paul Approver", "approver", Set.of(Role.APPROVER));
        accounts.ensure("operator", "Olga Operator", "operator", Set.of(Role.OPERATOR));
        accounts.ensure("admin", "Adam Admin", "admin", Set.of(Role.ADMIN, Role.AUDITOR));
    }

    private boolean toldBefore() {
        String next = "";
        do {
            JsonNode page = api.get("author", "/rollouts?limit=200" + next).body();
            if (page.path("items").valueStream().anyMatch(rollout -> rollout.path("plan").asString().equals(PLAN))) {
                return true;
            }
            next = "&cursor=" + page.path("next").asString("");
        } while (!next.equals("&cursor="));
        return false;
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

    private void register(String target) throws SQLException {
        if (api.get("admin", "/targets/" + target).status() == 404) {
            LOG.info("Demo: making the database of {} with 200,000 users.", target);
            ShopDatabases.Shop shop = shops.make(target.replace('-', '_'));
            api.post("admin", "/targets", Map.of("name", target, "engine", "postgresql", "environment", ENVIRONMENT,
                    "labels", Map.of("app", "shop", "region", target.substring("shop-".length())), "url", shop.url(),
                    "username", shop.user(), "password", shop.password()));
        }
        JsonNode check = api.post("admin", "/targets/" + target + "/checks", Map.of()).body();
        if (!check.path("ok").asBoolean(false)) {
            throw new DemoFailed("the check of the target " + target + " says " + check);
        }
    }

    private void report(String version) {
        api.post("operator", "/deployments", Map.of("application", "accounts-web", "version", version, "environment",
                ENVIRONMENT, "state", "live"));
    }

    private int submit() throws IOException {
        try (InputStream plan = Story.class.getResourceAsStream("/demo/" + PLAN + ".yaml")) {
            String text = new String(Objects.requireNonNull(plan).readAllBytes(), StandardCharsets.UTF_8);
            return api.post("author", "/plans", "application/yaml", text).body().path("revision").asInt();
        }
    }

    private void open(int revision) {
        api.post("author", "/rollouts", Map.of("plan", PLAN, "revision", revision, "environment", ENVIRONMENT,
                "targets", Map.of("names", TARGETS), "waves", List.of(Map.of("count", 1), Map.of("percent", 100)),
                "startPhases", "auto"));
    }
}
