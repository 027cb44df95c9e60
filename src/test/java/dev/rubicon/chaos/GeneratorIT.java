package dev.rubicon.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.security.Accounts;
import dev.rubicon.testing.Api;
import dev.rubicon.testing.People;
import dev.rubicon.testing.RubiconTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** What the campaign draws is what a team could submit. */
@RubiconTest
class GeneratorIT {

    private static final int PLANS = 150;

    @LocalServerPort
    private int port;

    @Autowired
    private Accounts accounts;

    @Test
    void drawsPlansThatTheJudgementLetsThroughAndEveryKindOfStep() {
        People.arrive(accounts);
        List<String> stopped = new ArrayList<>();
        Set<String> kinds = new TreeSet<>();
        for (int i = 0; i < PLANS; i++) {
            RandomPlan plan = new Generator(new Random(i)).plan("drawn-" + i);
            plan.steps().forEach(step -> kinds.add(step.kind()));
            JsonNode answer = Api.of(port).as("author").post("/plans", plan.document()).expect(201).body();
            answer.path("findings").forEach(finding -> {
                if (Set.of("error", "blocking").contains(finding.path("severity").asString(""))) {
                    stopped.add(plan.document() + "\n    " + finding);
                }
            });
        }
        assertThat(stopped).isEmpty();
        assertThat(kinds).contains("backfill", "backfill into", "backfill delete", "check", "validate",
                "create index concurrently", "create unique index concurrently", "drop index concurrently",
                "reindex concurrently", "detach a partition concurrently", "refresh concurrently", "several statements",
                "rows", "add a constraint", "set not null",
                "drop a column", "index over partitions");
    }

    @Test
    void drawsTheSamePlanFromTheSameSeed() {
        Map<String, Object> once = new Generator(new Random(7)).plan("again").document();
        assertThat(new Generator(new Random(7)).plan("again").document()).isEqualTo(once);
    }
}
