package dev.rubicon.demo;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/** What the people of the demo do with rollouts, through the public API. */
final class Rollouts {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Duration POLL = Duration.ofMillis(300);
    private static final Set<String> UNDER_WAY = Set.of("QUEUED", "RUNNING");

    private final Databases databases;
    private final Api api;

    Rollouts(Databases databases, Api api) {
        this.databases = databases;
        this.api = api;
    }

    /** Where the databases of the targets come from. */
    interface Databases {
        ShopDatabases.Shop make(String name, ShopDatabases.Content content) throws SQLException;
    }

    boolean exists(String plan) {
        String next = "";
        do {
            JsonNode page = api.get("author", "/rollouts?limit=200" + next).body();
            if (page.path("items").valueStream().anyMatch(rollout -> rollout.path("plan").asString().equals(plan))) {
                return true;
            }
            next = "&cursor=" + page.path("next").asString("");
        } while (!next.equals("&cursor="));
        return false;
    }

    /** Makes the target's database and registers it, unless it is registered. */
    void register(String target, String environment, Map<String, String> labels, ShopDatabases.Content content)
            throws SQLException {
        if (api.get("admin", "/targets/" + target).status() == 404) {
            ShopDatabases.Shop shop = databases.make(target.replace('-', '_'), content);
            api.post("admin", "/targets", Map.of("name", target, "engine", "postgresql", "environment", environment,
                    "labels", labels, "url", shop.url(), "username", shop.user(), "password", shop.password()));
        }
        JsonNode check = api.post("admin", "/targets/" + target + "/checks", Map.of()).body();
        if (!check.path("ok").asBoolean(false)) {
            throw new DemoFailed("the check of the target " + target + " says " + check);
        }
    }

    private JsonNode submit(String resource) throws IOException {
        try (InputStream document = Rollouts.class.getResourceAsStream("/demo/" + resource + ".yaml")) {
            String text = new String(Objects.requireNonNull(document, resource).readAllBytes(), StandardCharsets.UTF_8);
            return api.post("author", "/plans", "application/yaml", text).body();
        }
    }

    /**
     * Submits the plan and opens a rollout of it.
     *
     * @param resource the plan's document, below {@code /demo}
     */
    long open(String resource, String environment, List<String> targets, List<Map<String, Integer>> waves)
            throws IOException {
        JsonNode revision = submit(resource);
        return api.post("author", "/rollouts", Map.of("plan", revision.path("plan").asString(), "revision",
                revision.path("revision").asInt(), "environment", environment, "targets", Map.of("names", targets),
                "waves",
                waves, "startPhases", "auto")).body().path("id").asLong();
    }

    /** Approves whatever waits for it until the rollout is as wanted. */
    void carry(long rollout, Predicate<JsonNode> wanted) throws InterruptedException {
        await("rollout " + rollout, () -> {
            JsonNode now = get(rollout);
            if (!wanted.test(now)) {
                approve(now);
            }
            return now;
        }, wanted);
    }

    private static void await(String what, Supplier<JsonNode> look, Predicate<JsonNode> wanted)
            throws InterruptedException {
        long until = System.nanoTime() + PATIENCE.toNanos();
        JsonNode now = look.get();
        while (!wanted.test(now)) {
            if (System.nanoTime() > until) {
                throw new DemoFailed("the %s of the demo stays %s".formatted(what, now.path("state")));
            }
            Thread.sleep(POLL);
            now = look.get();
        }
    }

    private JsonNode get(long rollout) {
        return api.get("author", "/rollouts/" + rollout).body();
    }

    private void approve(JsonNode rollout) {
        rollout.path("phases").valueStream().filter(phase -> waitsFor(phase, "approval")).findFirst()
                .ifPresent(phase -> api.post("approver",
                        "/rollouts/%d/phases/%d/approvals".formatted(rollout.path("id").asLong(),
                                phase.path("index").asInt()),
                        approval(rollout, phase)));
    }

    private static Map<String, Object> approval(JsonNode rollout, JsonNode phase) {
        String digest = phase.path("digest").asString();
        String comment = phase.path("evidence").isObject() ? "Read it, and the rehearsal comes back." : "Read it.";
        return phase.path("overTheRiver").asBoolean()
                ? Map.of("decision", "approve", "digest", digest, "comment", comment, "crossing",
                        rollout.path("plan").asString())
                : Map.of("decision", "approve", "digest", digest, "comment", comment);
    }

    /** Whether a blocker of that type is among those of the phase. */
    private static boolean waitsFor(JsonNode phase, String blocker) {
        return phase.path("blockers").valueStream().anyMatch(one -> one.path("type").asString().equals(blocker));
    }

    static Predicate<JsonNode> state(String state) {
        return rollout -> rollout.path("state").asString().equals(state);
    }

    /** Whether the phase is done, and the next one waits for such a blocker. */
    static Predicate<JsonNode> stopsBehind(int phase, String blocker) {
        return rollout -> rollout.path("phases").path(phase).path("state").asString().equals("DONE")
                && waitsFor(rollout.path("phases").path(phase + 1), blocker);
    }

    /** Whether that much of the phase is done. */
    static Predicate<JsonNode> progressed(int phase, double fraction) {
        return rollout -> rollout.at("/phases/" + phase + "/progress/fraction").asDouble() > fraction;
    }

    /** Sets the speed of its backfills, from 0 to 1. */
    void speed(long rollout, double speed) {
        String tag = api.get("operator", "/rollouts/" + rollout).tag();
        api.patch("operator", "/rollouts/" + rollout + "/speed", tag, Map.of("speed", speed));
    }

    /** Whether somebody asked for a rehearsal of the first revision. */
    boolean rehearsed(String plan) {
        return !api.get("author", rehearsals(plan)).body().path("items").isEmpty();
    }

    /**
     * Has the first revision rehearsed on a shadow of the target.
     *
     * @param filling the class of the evidence
     * @return the rehearsal's number
     */
    long rehearse(String plan, String target, String filling) {
        return api.post("author", rehearsals(plan), Map.of("target", target, "class", filling)).body().path("id")
                .asLong();
    }

    private static String rehearsals(String plan) {
        return "/plans/" + plan + "/revisions/1/rehearsals";
    }

    void awaitRehearsal(long rehearsal) throws InterruptedException {
        await("rehearsal " + rehearsal, () -> api.get("author", "/rehearsals/" + rehearsal).body(),
                now -> !UNDER_WAY.contains(now.path("state").asString()));
    }

    /** Looks whether it still holds. */
    void lookAgain(long rehearsal) {
        api.look("author", "/rehearsals/" + rehearsal + "/looks");
    }

    /**
     * Compares the target with what should be there until that is the answer: what a run left is known a moment after its
     * end.
     *
     * @param state as drift is told, in lower case
     */
    void awaitDrift(String target, String state) throws InterruptedException {
        String path = "/targets/" + target + "/drift";
        await("drift on " + target, () -> {
            api.look("operator", path + "/looks");
            return api.get("operator", path).body();
        }, now -> now.path("state").asString().equalsIgnoreCase(state));
    }

    void pause(long rollout) {
        api.post("operator", "/rollouts/" + rollout + "/pause", Map.of());
    }

    void rollBack(long rollout, String reason) {
        api.post("operator", "/rollouts/" + rollout + "/rollback", Map.of("toPhase", 0, "reason", reason));
    }
}
