package dev.rubicon.web.pages;

import java.util.List;
import java.util.stream.Stream;

/** Every page in every state that the fake world can show: what the walk looks at. */
final class PageTable {

    static final String QUARANTINED = "/rollouts/117/runs/loyalty-programme-membership-history-production-shop-eu-06";

    private static final String REVISION = "/plans/rename-username/revisions/3";

    private PageTable() {}

    /** A page to look at: its name as a picture, who looks, and where. */
    record View(String name, String as, String path) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<View> all() {
        return Stream.of(rollouts(), plans(), targets(), settings(), others(), FakeStates.views()).flatMap(each -> each)
                .toList();
    }

    /** Those to look at now: {@code -Dviews=rollout} takes those alone whose name begins so. */
    static List<View> chosen() {
        String only = System.getProperty("views", "");
        return all().stream().filter(view -> view.name().startsWith(only)).toList();
    }

    private static Stream<View> rollouts() {
        return Stream.of(new View("rollout", "operator", "/rollouts/118"),
                new View("rollout-approver", "approver", "/rollouts/118"),
                new View("rollout-failed", "operator", "/rollouts/117"),
                new View("rollout-waiting", "approver", "/rollouts/119"),
                new View("rollout-done", "viewer", "/rollouts/112"),
                new View("rollout-rolled-back", "viewer", "/rollouts/110"),
                new View("rollout-fleet", "operator", "/rollouts/1000"),
                new View("approve-river", "approver", "/rollouts/121/phases/2/approve"),
                new View("approve", "approver", "/rollouts/119/phases/0/approve"),
                new View("approve-own", "author", "/rollouts/119/phases/0/approve"),
                new View("rollback", "operator", "/rollouts/118/rollback?toPhase=0"),
                new View("cancel", "operator", "/rollouts/118/cancel"),
                new View("run-cancel", "operator", "/rollouts/118/runs/shop-ap-47/cancel"),
                new View("step-cancel", "operator", "/rollouts/118/runs/shop-ap-47/steps/copy-username/cancel"),
                new View("run", "operator", "/rollouts/118/runs/shop-ap-47"),
                new View("run-curve", "viewer", "/rollouts/118/runs/shop-ap-47/curve"),
                new View("run-failed", "operator",
                        "/rollouts/117/runs/loyalty-programme-membership-history-production-shop-ap-05"),
                new View("run-holder", "operator", "/rollouts/118/runs/shop-ap-47/holders/4711/end"),
                new View("run-quarantined", "operator", QUARANTINED),
                new View("rollouts", "viewer", "/rollouts"), new View("rollouts-empty", "newcomer", "/rollouts"));
    }

    private static Stream<View> plans() {
        return Stream.of(new View("plans", "author", "/plans"),
                new View("plan", "approver", "/plans/rename-username"),
                new View("plan-findings", "approver",
                        "/plans/move-customer-loyalty-programme-membership-history-into-its-own-table"),
                new View("plan-rollback", "viewer", REVISION + "?tab=rollback"),
                new View("plan-print", "viewer", REVISION + "/rollback"),
                new View("plan-revisions", "viewer", REVISION + "?tab=revisions"),
                new View("plan-rollouts", "viewer", REVISION + "?tab=rollouts"),
                new View("rehearsals", "author", REVISION + "/rehearsals"),
                new View("plan-new", "author", "/plans/new"),
                new View("plan-recipe", "author", "/plans/new/recipes/split-column"),
                new View("rollout-new", "author", REVISION + "/rollouts/new"));
    }

    private static Stream<View> targets() {
        return Stream.of(new View("targets", "admin", "/targets"), new View("targets-empty", "newcomer", "/targets"),
                new View("target", "admin", "/targets/shop-ap-02"),
                new View("target-unreachable", "viewer", "/targets/shop-eu-03"),
                new View("target-never-checked", "operator", "/targets/shop-ap-05"),
                new View("target-new", "admin", "/targets/new"),
                new View("schema", "admin", "/targets/shop-ap-02/schema"),
                new View("schema-one", "viewer", "/targets/shop-ap-02/schema?q=table%20public.users"),
                new View("schema-none", "viewer", "/targets/shop-us-01/schema"),
                new View("drift", "operator", "/targets/shop-ap-02/drift"),
                new View("drift-none", "viewer", "/targets/shop-canary/drift"),
                new View("drift-unwatched", "operator", "/targets/shop-us-01/drift"),
                new View("drift-accept", "operator", "/targets/shop-ap-02/drift/baseline"),
                new View("drift-plan", "author", "/targets/shop-ap-02/drift/plan"));
    }

    private static Stream<View> settings() {
        return Stream.of(new View("settings", "viewer", "/settings"),
                new View("settings-environments", "admin", "/settings/environments"),
                new View("settings-environment", "admin", "/settings/environments/production"),
                new View("settings-users", "admin", "/settings/users"),
                new View("settings-user", "admin", "/settings/users/viewer"),
                new View("settings-account", "viewer", "/settings/users/viewer"),
                new View("settings-tokens", "admin", "/settings/tokens"),
                new View("settings-freeze-windows", "operator", "/settings/freeze-windows"),
                new View("settings-freeze-lift", "operator",
                        "/settings/freeze-windows/" + FakeSettings.FREEZE + "/lift"),
                new View("settings-token-revoke", "admin", "/settings/tokens/" + FakeSettings.TOKEN + "/revoke"),
                new View("settings-webhooks", "admin", "/settings/webhooks"),
                new View("settings-webhook", "admin", "/settings/webhooks/" + FakeSettings.WEBHOOK));
    }

    private static Stream<View> others() {
        return Stream.of(new View("inbox", "approver", "/"), new View("inbox-empty", "newcomer", "/"),
                new View("audit", "admin", "/audit"), new View("nodes", "operator", "/nodes"),
                new View("problems", "viewer", "/problems"),
                new View("problem", "viewer", "/problems/point-of-no-return"),
                new View("rules", "viewer", "/docs/rules"),
                new View("rule", "viewer", "/docs/rules/undeclared-point-of-no-return"),
                new View("login", "", "/login"), new View("login-failed", "", "/login?failed"),
                new View("login-wait", "", "/login?wait=30"), new View("login-signed-out", "", "/login?signed-out"),
                new View("not-found", "viewer", "/rollouts/7"), new View("forbidden", "viewer", "/targets/new"));
    }
}
