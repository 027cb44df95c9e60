package dev.rubicon.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rubicon.testing.Api;
import dev.rubicon.testing.Fleet;
import dev.rubicon.testing.People;
import dev.rubicon.testing.Server;
import dev.rubicon.testing.TestPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A node is killed in the middle of a rehearsal, in a statement on the shadow; another one carries it out. */
class RehearsalKillIT {

    private static final String ENDING = "-who-sees-it-die";
    private static final Duration LONG = Duration.ofSeconds(240);
    /** While a role of this name is there, the step of the plan takes its time: all databases of a server see its roles. */
    private static final String SLOW = "rehkill_slow";

    @TempDir
    private Path folder;

    private final TestPostgres.Database control = TestPostgres.database();
    private final TestPostgres.Database shadows = TestPostgres.database();

    @Test
    void isCarriedOutByAnotherNodeAndLeavesNoShadow() {
        shadows.run("CREATE ROLE " + SLOW);
        try (Server first = start("first")) {
            Api api = api(first);
            People.arrive(api, ENDING);
            Fleet fleet = new Fleet(api, "rehkill", 1, 10);
            // a server that has just started reads its first plan slowly, and slower still on a busy machine
            await("the plan").atMost(LONG).until(
                    () -> api.as("author").postYaml("/plans", plan(fleet.plan())).status() == 201);
            long id = api.as("author").post("/plans/" + fleet.plan() + "/revisions/1/rehearsals",
                    Map.of("target", "rehkill-0", "class", "empty schema")).expect(202).body().path("id").asLong();
            try (Server second = start("second")) {
                String left = dieInTheStep(first, id);
                shadows.run("DROP ROLE " + SLOW);
                carriedOutBy(second, id, left);
            }
        } finally {
            shadows.run("DROP ROLE IF EXISTS " + SLOW);
        }
    }

    private static String plan(String name) {
        return """
                plan: %s
                title: A step that can be waited for
                engine: postgresql
                phases:
                  - phase: expand
                    steps:
                      - step: slow
                        sql: |
                          DO $$ BEGIN PERFORM pg_sleep(600) FROM pg_roles WHERE rolname = '%s'; END $$;
                          ALTER TABLE users ADD COLUMN more int
                        rollback: { sql: ALTER TABLE users DROP COLUMN more, dataLoss: none }
                """.formatted(name, SLOW);
    }

    /** @return the shadow that nobody drops any more */
    private String dieInTheStep(Server node, long id) {
        await("the step on the shadow").atMost(LONG).until(() -> shadows.jdbc().sql("""
                SELECT count(*) FROM pg_stat_activity
                 WHERE datname LIKE 'rubicon\\_shadow%' AND state = 'active' AND wait_event = 'PgSleep'
                """).query(Long.class).single() > 0);
        node.kill();
        List<@Nullable String> left = databases(id);
        assertThat(left).hasSize(1);
        return String.valueOf(left.getFirst());
    }

    private void carriedOutBy(Server node, long id, String left) {
        Api api = api(node);
        JsonNode[] seen = new JsonNode[1];
        await("the end of rehearsal " + id).atMost(LONG).until(() -> {
            seen[0] = api.as("author").get("/rehearsals/" + id).expect(200).body();
            return !seen[0].path("endedAt").isNull();
        });
        assertThat(seen[0].path("state").asString()).as(seen[0].toPrettyString() + node.log()).isEqualTo("PASSED");
        assertThat(seen[0].at("/report/legs")).as("nothing of what was measured around the death").hasSize(3);
        await("the end of all shadows").atMost(LONG).untilAsserted(() -> assertThat(databases(id)).isEmpty());
        assertThat(shadows.jdbc().sql("SELECT count(*) FROM pg_roles WHERE rolname = ?").param(left).query(Long.class)
                .single()).as("its role").isZero();
        assertThat(control.value("SELECT epoch FROM rehearsal WHERE id = " + id)).isEqualTo("2");
    }

    private List<@Nullable String> databases(long id) {
        return shadows.jdbc().sql("SELECT datname FROM pg_database WHERE datname LIKE ?")
                .param("rubicon\\_shadow\\_%\\_" + id + "\\_%").query(String.class).list();
    }

    private static Api api(Server server) {
        return server.api().withPasswordEnding(ENDING);
    }

    private Server start(String name) {
        Map<String, String> properties = new HashMap<>(Map.of("spring.datasource.url", control.url(),
                "spring.datasource.username", control.user(), "spring.datasource.password", control.password(),
                "rubicon.home", folder.resolve(name).toString()));
        properties.putAll(Map.of("rubicon.rehearsal.url", shadows.url(), "rubicon.rehearsal.username", shadows.user(),
                "rubicon.rehearsal.password", shadows.password()));
        return Server.start(folder, properties, Map.of("RUBICON_ADMIN_PASSWORD", "admin" + ENDING,
                "RUBICON_ENCRYPTION_KEY", Base64.getEncoder().encodeToString(new byte[32])));
    }
}
