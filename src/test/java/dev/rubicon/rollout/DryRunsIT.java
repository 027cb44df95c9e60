package dev.rubicon.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.testing.Api;
import dev.rubicon.testing.Fleet;
import dev.rubicon.testing.RubiconTest;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/** Backfills of a revision, tried on a target. */
@RubiconTest
class DryRunsIT {

    @Autowired
    private Api api;

    @Test
    void triesBackfillsOfARevisionOnATargetForWhoeverOperatesIt() {
        Fleet fleet = new Fleet(api, "dry", 1, 3_000);
        fleet.submit(fleet.renameUsername());
        String runs = "/plans/" + fleet.plan() + "/revisions/1/dry-runs";
        Map<String, String> there = Map.of("target", "dry-0");

        assertThat(api.as("author").post(runs, there).status()).isEqualTo(403);
        assertThat(api.as("operator").post(runs, Map.of("target", "no-such")).status()).isEqualTo(404);
        assertThat(api.as("operator").post(runs, Map.of("target", "dry-0", "step", "drop-username")).type())
                .isEqualTo("/problems/invalid-input");
        assertThat(api.as("operator").post(runs, there).expect(409).body().path("detail").asString())
                .contains("has no column display_name yet");

        fleet.database("dry-0").run("ALTER TABLE users ADD COLUMN display_name text");
        JsonNode tried = api.as("operator").post(runs, there).expect(201).body().at("/items/0");
        assertThat(tried.path("step").asString()).isEqualTo("copy-username");
        assertThat(tried.at("/result/matching").asLong()).isEqualTo(3_000);
        assertThat(tried.at("/result/batch/changed").asLong()).isPositive();
        assertThat(fleet.database("dry-0").value("SELECT count(display_name) FROM users")).hasToString("0");

        JsonNode listed = api.as("author").get(runs).expect(200).body().path("items");
        assertThat(listed.valueStream().map(one -> one.path("refusal").isNull())).containsExactly(true, false);
    }
}
