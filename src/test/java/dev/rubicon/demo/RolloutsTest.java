package dev.rubicon.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class RolloutsTest {

    private static final String LOOKS = "POST /targets/billing-qa/drift/looks";

    private final JsonMapper json = JsonMapper.builder().build();
    private final FakeServer server = new FakeServer();
    private final Rollouts rollouts = new Rollouts((name, content) -> {
        throw new AssertionError("no database is wanted");
    }, new Api(server.root(), json));

    RolloutsTest() throws Exception {}

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void looksForDriftUntilItIsSeenThoughALookIsRefusedWhileARunEnds() throws Exception {
        server.answers.put("GET /targets/billing-qa/drift", new ArrayDeque<>(List.of("{\"state\":\"UNWATCHED\"}",
                "{\"state\":\"NONE\"}", "{\"state\":\"DRIFTED\"}")));
        server.refusals.put(LOOKS, 409);
        rollouts.awaitDrift("billing-qa", "drifted");
        assertThat(server.changes).extracting(FakeServer.Change::request).containsExactly(LOOKS, LOOKS, LOOKS);
    }

    @Test
    void approvesUntilTheNextPhaseWaitsForWhatIsWanted() throws Exception {
        String approval = """
                {"id":5,"phases":[{"index":0,"state":"WAITING","digest":"d","blockers":[{"type":"approval"}]},
                 {"index":1,"state":"WAITING","blockers":[{"type":"deployment"}]}]}""";
        String behind = """
                {"id":5,"phases":[{"index":0,"state":"DONE","blockers":[]},
                 {"index":1,"state":"WAITING","blockers":[{"type":"deployment"}]}]}""";
        server.answers.put("GET /rollouts/5", new ArrayDeque<>(List.of(approval, behind)));
        rollouts.carry(5, Rollouts.stopsBehind(0, "deployment"));
        assertThat(server.changes).extracting(FakeServer.Change::toString)
                .containsExactly("approver: POST /rollouts/5/phases/0/approvals");
        assertThat(Rollouts.stopsBehind(0, "soak").test(json.readTree(behind))).isFalse();
    }

    @Test
    void asksForARehearsalOnceOnly() {
        server.answers.put("GET /plans/p/revisions/1/rehearsals", new ArrayDeque<>(List.of("{\"items\":[]}",
                "{\"items\":[{\"id\":1}]}")));
        assertThat(rollouts.rehearsed("p")).isFalse();
        assertThat(rollouts.rehearsed("p")).isTrue();
        rollouts.rehearse("p", "billing-qa", "empty schema");
        assertThat(server.changes).singleElement()
                .matches(change -> change.body().contains("\"class\":\"empty schema\""));
    }
}
