package dev.rubicon.verification.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.testing.Api;
import dev.rubicon.testing.Fleet;
import dev.rubicon.testing.RubiconTest;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

@RubiconTest
class TargetSchemaControllerTest {

    @Autowired
    private Api api;

    @Test
    void showsTheObjectsOfATargetAndFindsSome() {
        new Fleet(api, "schema", 1, 1);

        JsonNode all = api.as("operator").get("/targets/schema-0/schema").expect(200).body();
        JsonNode some = api.as("operator").get("/targets/schema-0/schema?q=TABLE%20public.users").expect(200).body();

        assertThat(all.path("fingerprint").asString()).matches("[0-9a-f]{64}");
        assertThat(all.path("serverVersion").asInt()).isGreaterThanOrEqualTo(14);
        assertThat(some.path("fingerprint")).isEqualTo(all.path("fingerprint"));
        assertThat(some.path("objects").size()).isEqualTo(1);
        JsonNode users = some.path("objects").path(0);
        assertThat(users.path("kind").asString()).isEqualTo("table");
        assertThat(users.path("name").asString()).isEqualTo("public.users");
        assertThat(users.path("text").asString()).startsWith("CREATE TABLE public.users (");
        assertThat(all.path("objects")).contains(users);
    }

    @Test
    void refusesWhoMayNotConnectToTheTarget() {
        new Fleet(api, "noschema", 1, 1);

        api.as("author").get("/targets/noschema-0/schema").expect(403);
        api.get("/targets/noschema-0/schema").expect(401);
        api.as("operator").get("/targets/nowhere/schema").expect(404);
    }

    @Test
    void servesTheLastOneToAllWhoSeeTheTargetUntilSomebodyTakesANewOne() {
        Fleet fleet = new Fleet(api, "lastschema", 1, 1);
        JsonNode first = api.as("operator").get("/targets/lastschema-0/schema").expect(200).body();
        fleet.database("lastschema-0").run("CREATE VIEW names AS SELECT username FROM users");

        JsonNode kept = api.as("author").get("/targets/lastschema-0/schema").expect(200).body();
        api.as("author").post("/targets/lastschema-0/schema", Map.of()).expect(403);
        JsonNode anew = api.as("operator").post("/targets/lastschema-0/schema?q=view", Map.of()).expect(200)
                .body();

        assertThat(kept).isEqualTo(first);
        assertThat(anew.path("fingerprint")).isNotEqualTo(first.path("fingerprint"));
        assertThat(anew.at("/objects/0/name").asString()).isEqualTo("public.names");
        assertThat(api.as("author").get("/targets/lastschema-0/schema?q=view").expect(200).body()).isEqualTo(anew);
    }

    @Test
    void keepsOneThatIsReadAgainAndStillTheSame() {
        new Fleet(api, "sameschema", 1, 1);
        JsonNode first = api.as("operator").get("/targets/sameschema-0/schema").expect(200).body();

        JsonNode again = api.as("operator").post("/targets/sameschema-0/schema", Map.of()).expect(200)
                .body();

        assertThat(again.path("since")).isEqualTo(first.path("since"));
        assertThat(again.path("at").asString()).isGreaterThan(first.path("at").asString());
    }
}
