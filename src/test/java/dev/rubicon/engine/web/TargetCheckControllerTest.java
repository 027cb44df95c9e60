package dev.rubicon.engine.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.testing.Api;
import dev.rubicon.testing.Fleet;
import dev.rubicon.testing.RubiconTest;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

@RubiconTest
class TargetCheckControllerTest {

    @Autowired
    private Api api;

    @Test
    void connectsAndKeepsWhatItFound() {
        new Fleet(api, "check", 1, 1);

        JsonNode check = api.as("operator").post("/targets/check-0/checks", Map.of()).expect(200).body();

        assertThat(check.path("ok").asBoolean()).isTrue();
        assertThat(check.path("serverVersion").asString()).isNotEmpty();
        assertThat(check.path("items").size()).isPositive();
        JsonNode target = api.as("operator").get("/targets/check-0").expect(200).body();
        assertThat(target.at("/lastCheck/ok").asBoolean()).isTrue();
        assertThat(target.at("/identity/systemIdentifier").asString()).isNotEmpty();
    }

    @Test
    void refusesWhoMayNotCheck() {
        new Fleet(api, "uncheck", 1, 1);

        api.as("author").post("/targets/uncheck-0/checks", Map.of()).expect(403);
        assertThat(api.as("author").get("/targets/uncheck-0").body().path("lastCheck").isNull()).isTrue();
    }
}
