package dev.rubicon.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rubicon.testing.Api;
import dev.rubicon.testing.Server;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The demo's plan on the PostgreSQL that Rubicon brings along, with nothing configured: what a first run has. */
class DemoRehearsalIT {

    @TempDir
    private Path folder;

    @Test
    void rehearsesTheDemosPlanOnTheEmbeddedServer() {
        try (Server server = Server.start(folder, Map.of(), Map.of())) {
            Api author = server.api().as("author");
            await("the demo").atMost(Duration.ofSeconds(240)).ignoreExceptions()
                    .until(() -> author.get("/rollouts").expect(200).body().path("items").size() > 0);
            String path = "/plans/rename-username/revisions/1/rehearsals";
            long id = author.post(path, Map.of("target", "shop-canary", "class", "synthetic rows")).expect(202).body()
                    .path("id").asLong();
            JsonNode[] seen = new JsonNode[1];
            await("the rehearsal").atMost(Duration.ofSeconds(240)).until(() -> {
                seen[0] = author.get("/rehearsals/" + id).expect(200).body();
                return !seen[0].path("endedAt").isNull();
            });

            assertThat(seen[0].path("state").asString()).as(seen[0].toPrettyString()).isEqualTo("PASSED");
            assertThat(seen[0].at("/report/wayBack/rows").asLong()).isEqualTo(200_000);
            assertThat(seen[0].at("/report/notes").toString()).doesNotContain("Not on the shadow", "holds");
        }
    }
}
