package dev.rubicon.demo;

import static dev.rubicon.demo.Rollouts.progressed;
import static dev.rubicon.demo.Rollouts.state;
import static dev.rubicon.demo.Rollouts.stopsBehind;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A rollout in every state that a dashboard has to show, each of a plan of its own on databases of its own. A scene whose
 * rollout is there is left alone; one that cannot be made does not keep the others from being made.
 */
final class Scenes {

    private static final Logger LOG = LoggerFactory.getLogger(Scenes.class);
    private static final List<Map<String, Integer>> AT_ONCE = List.of(Map.of("percent", 100));
    private static final int TENANTS = 60;
    /** In the second wave. */
    private static final int ODD_TENANT = 9;

    private final Hand byHand;
    private final Rollouts rollouts;
    private final Api api;

    Scenes(Hand byHand, Rollouts rollouts, Api api) {
        this.byHand = byHand;
        this.rollouts = rollouts;
        this.api = api;
    }

    /** What somebody does to a database without Rubicon. */
    interface Hand {
        void change(String database, String sql) throws SQLException;
    }

    private interface Scene {
        void tell(String plan) throws SQLException, IOException, InterruptedException;
    }

    void tell() throws InterruptedException {
        rehearseTheFirst();
        int told = 0;
        for (Map.Entry<String, Scene> scene : all().entrySet()) {
            told += tell(scene.getKey(), scene.getValue()) ? 1 : 0;
        }
        if (told > 0) {
            LOG.info("The demo shows {} more rollouts, each in a state of its own.", told);
        }
    }

    /** So that its way back has been gone, and its times are known, before anybody decides on it. */
    private void rehearseTheFirst() {
        try {
            if (!rollouts.rehearsed(Story.PLAN)) {
                rollouts.rehearse(Story.PLAN, Story.CANARY, "synthetic rows");
            }
        } catch (DemoFailed e) {
            LOG.warn("The demo does not show a rehearsal of {}: {}", Story.PLAN, e.getMessage());
        }
    }

    private boolean tell(String plan, Scene scene) throws InterruptedException {
        try {
            if (rollouts.exists(plan)) {
                return false;
            }
            scene.tell("scenes/" + plan);
            return true;
        } catch (DemoFailed | SQLException | IOException e) {
            LOG.warn("The demo does not show {}: {}", plan, e.getMessage());
            return false;
        }
    }

    private Map<String, Scene> all() {
        Map<String, Scene> all = new LinkedHashMap<>();
        all.put("fill-invoice-tax", this::runsABackfill);
        all.put("split-customer-name", this::waitsForADeployment);
        all.put("unique-customer-email", this::failed);
        all.put("invoice-currency", this::paused);
        all.put("drop-legacy-flags", this::isPastTheRiver);
        all.put("index-invoices-by-day", this::done);
        all.put("note-on-invoices", this::rolledBack);
        all.put("invoice-due-date", this::waitsWithAStaleRehearsal);
        all.put("tenant-locale", this::goesOverAFleet);
        return all;
    }

    private void runsABackfill(String plan) throws SQLException, IOException, InterruptedException {
        long rollout = open(plan, "production", "billing-us", 200_000);
        rollouts.speed(rollout, 0.01);
        rollouts.carry(rollout, progressed(1, 0));
    }

    private void waitsForADeployment(String plan) throws SQLException, IOException, InterruptedException {
        long rollout = open(plan, "production", "billing-eu", 2_000);
        rollouts.awaitRehearsal(rollouts.rehearse("split-customer-name", "billing-eu", "synthetic rows"));
        rollouts.carry(rollout, stopsBehind(0, "deployment"));
    }

    private void failed(String plan) throws SQLException, IOException, InterruptedException {
        long rollout = open(plan, "staging", "billing-staging", 2_000);
        rollouts.awaitRehearsal(rollouts.rehearse("unique-customer-email", "billing-staging", "empty schema"));
        rollouts.carry(rollout, state("FAILED"));
    }

    private void paused(String plan) throws SQLException, IOException, InterruptedException {
        long rollout = open(plan, "staging", "billing-load", 20_000);
        rollouts.speed(rollout, 0.02);
        rollouts.carry(rollout, progressed(1, 0));
        rollouts.pause(rollout);
        rollouts.carry(rollout, state("PAUSED"));
    }

    private void isPastTheRiver(String plan) throws SQLException, IOException, InterruptedException {
        long rollout = open(plan, "production", "billing-asia", 2_000);
        api.post("operator", "/backups",
                Map.of("target", "billing-asia", "takenAt", Instant.now().minusSeconds(60).toString(),
                        "kind", "pg_basebackup", "reference", "backups/billing-asia"));
        rollouts.carry(rollout, stopsBehind(0, "soak"));
    }

    /** On one of its two targets somebody then helps himself. */
    private void done(String plan) throws SQLException, IOException, InterruptedException {
        register("billing-dev", "development", 2_000);
        register("billing-qa", "development", 2_000);
        rollouts.carry(rollouts.open(plan, "development", List.of("billing-dev", "billing-qa"), AT_ONCE),
                state("DONE"));
        rollouts.awaitDrift("billing-qa", "none");
        byHand.change("billing_qa", """
                CREATE INDEX customers_email_lower ON customers (lower(email));
                ALTER TABLE customers ALTER COLUMN legacy_flags DROP NOT NULL;
                """);
        rollouts.awaitDrift("billing-qa", "drifted");
    }

    private void rolledBack(String plan) throws SQLException, IOException, InterruptedException {
        long rollout = open(plan, "development", "billing-test", 2_000);
        rollouts.carry(rollout, state("DONE"));
        rollouts.rollBack(rollout, "The note moves to the order");
        rollouts.carry(rollout, state("ROLLED_BACK"));
    }

    /** It was rehearsed, and since then somebody changed what it was rehearsed on. */
    private void waitsWithAStaleRehearsal(String plan) throws SQLException, IOException, InterruptedException {
        open(plan, "production", "billing-archive", 2_000);
        long rehearsal = rollouts.rehearse("invoice-due-date", "billing-archive", "synthetic rows");
        rollouts.awaitRehearsal(rehearsal);
        byHand.change("billing_archive", "CREATE INDEX invoices_by_region ON invoices (region)");
        rollouts.lookAgain(rehearsal);
    }

    /** One tenant has what the others have not, and stops the second wave. */
    private void goesOverAFleet(String plan) throws SQLException, IOException, InterruptedException {
        List<String> tenants = IntStream.rangeClosed(1, TENANTS).mapToObj("tenant-%02d"::formatted).toList();
        for (int i = 0; i < TENANTS; i++) {
            rollouts.register(tenants.get(i), "staging", Map.of("app", "tenants"),
                    ShopDatabases.Content.tenant(i + 1 == ODD_TENANT ? "klingon" : "de"));
        }
        long rollout = rollouts.open(plan, "staging", tenants,
                List.of(Map.of("count", 3), Map.of("percent", 40), Map.of("percent", 100)));
        rollouts.carry(rollout, state("FAILED"));
    }

    private void register(String target, String environment, int customers) throws SQLException {
        rollouts.register(target, environment, Map.of("app", "billing"), ShopDatabases.Content.billing(customers));
    }

    private long open(String plan, String environment, String target, int customers) throws SQLException, IOException {
        register(target, environment, customers);
        return rollouts.open(plan, environment, List.of(target), AT_ONCE);
    }
}
