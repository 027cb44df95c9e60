package dev.rubicon.bench;

import static org.awaitility.Awaitility.await;

import dev.rubicon.testing.Api;
import dev.rubicon.testing.BenchmarkReport;
import dev.rubicon.testing.Server;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Runs by {@code mvn -Pbench verify}: times the rehearsal of the demo's plan on the server that Rubicon brings along. */
@Tag("bench")
class RehearsalBenchmark {

    private static final int REPETITIONS = 3;
    private static final double GOAL_SECONDS = 15;

    @TempDir
    private Path folder;

    /** @param doing what it said that it did, with the milliseconds */
    private record Timed(double seconds, Map<String, Long> doing) {}

    @Test
    void timesTheRehearsalOfTheDemosPlan() {
        StringBuilder text = new StringBuilder("""
                The demo's plan on its canary, asked for over REST on an idle demo; the median of %d. Between what was seen to be
                done there are %d ms at most.

                """.formatted(REPETITIONS, LOOK_MILLIS));
        List<Goal> goals = new ArrayList<>();
        StringBuilder details = new StringBuilder();
        try (Server server = Server.start(folder, Map.of(), Map.of())) {
            Api author = server.api().as("author");
            await("the demo").atMost(Duration.ofSeconds(120)).ignoreExceptions()
                    .until(() -> author.get("/rollouts").expect(200).body().path("items").size() > 0);
            for (String evidenceClass : List.of("empty schema", "synthetic rows")) {
                List<Timed> all = new ArrayList<>();
                for (int i = 0; i < REPETITIONS; i++) {
                    all.add(rehearse(author, evidenceClass));
                }
                goals.add(Goal.atMost(evidenceClass + ", seconds",
                        Goal.median(all.stream().mapToDouble(Timed::seconds).toArray()), GOAL_SECONDS));
                details.append("\n### With ").append(evidenceClass).append(", the last time\n\n| | s |\n|---|---:|\n");
                all.getLast().doing.forEach((what, millis) -> details.append(String.format(Locale.ROOT,
                        "| %s | %.1f |%n", what, millis / 1000.0)));
            }
        }
        text.append(Goal.table(goals)).append('\n').append(details);
        BenchmarkReport.ofThisBuild().replace(RehearsalBenchmark.class, "Rehearsals", text.toString());
    }

    private static final int LOOK_MILLIS = 50;

    private static Timed rehearse(Api author, String evidenceClass) {
        long id = author.post("/plans/rename-username/revisions/1/rehearsals",
                Map.of("target", "shop-canary", "class", evidenceClass)).expect(202).body().path("id").asLong();
        Map<String, Long> doing = new LinkedHashMap<>();
        JsonNode[] seen = new JsonNode[1];
        String[] last = {"Waits for a worker"};
        long[] since = {System.nanoTime()};
        await("the rehearsal").atMost(Duration.ofSeconds(180)).pollInterval(Duration.ofMillis(LOOK_MILLIS)).until(() -> {
            seen[0] = author.get("/rehearsals/" + id).expect(200).body();
            boolean ended = !seen[0].path("endedAt").isNull();
            String now = seen[0].path("message").asString();
            if (ended || !now.isEmpty() && !now.equals(last[0])) {
                doing.merge(last[0], (System.nanoTime() - since[0]) / 1_000_000, Long::sum);
                last[0] = now;
                since[0] = System.nanoTime();
            }
            return ended;
        });
        if (!seen[0].path("state").asString().equals("PASSED")) {
            throw new IllegalStateException(seen[0].toPrettyString());
        }
        return new Timed(Duration.between(Instant.parse(seen[0].path("startedAt").asString()),
                Instant.parse(seen[0].path("endedAt").asString())).toMillis() / 1000.0, doing);
    }
}
