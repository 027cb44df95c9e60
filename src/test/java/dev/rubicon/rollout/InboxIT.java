package dev.rubicon.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.testing.Api;
import dev.rubicon.testing.Fleet;
import dev.rubicon.testing.RubiconTest;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** What waits for whoever asks, in a control database with more in it than anybody looks at. */
@RubiconTest
class InboxIT {

    @Autowired
    private Api api;

    @Autowired
    private JdbcClient jdbc;

    @Test
    void findsWhatWaitsHoweverManyHaveEndedSince() {
        Fleet fleet = new Fleet(api, "inbox", 1, 10);
        fleet.submit(fleet.renameUsername());
        long waiting = fleet.open(fleet.plan()).path("id").asLong();
        int ended = jdbc.sql("""
                INSERT INTO rollout (plan, revision, environment, digest, frozen, start_phases, state, note, submitted_by,
                                     opened_by, opened_at, ended_at)
                SELECT plan, revision, environment, digest, frozen, start_phases, 'DONE', 'flood', submitted_by, opened_by,
                       opened_at, opened_at
                  FROM rollout, generate_series(1, 120) WHERE id = ?
                """).param(waiting).update();
        try {
            assertThat(ended).isEqualTo(120);
            JsonNode inbox = api.as("approver").get("/me/inbox").expect(200).body();
            assertThat(inbox.path("waitsForMe").valueStream()
                    .filter(item -> item.at("/rollout/id").asLong() == waiting)).singleElement()
                    .matches(item -> item.path("action").asString().equals("approve"));
            assertThat(inbox.path("doneLately").valueStream()).hasSize(10);
        } finally {
            jdbc.sql("DELETE FROM rollout WHERE note = 'flood'").update();
            api.as("operator").post("/rollouts/" + waiting + "/cancel", Map.of());
        }
    }
}
