package dev.rubicon.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class StoryTest {

    private final FakeServer server = new FakeServer();
    private final List<String> people = new ArrayList<>();
    private final List<String> shops = new ArrayList<>();

    StoryTest() throws Exception {}

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void opensARolloutThatWaitsForItsFirstApproval() throws Exception {
        assertThat(tell()).isTrue();
        assertThat(people).containsExactly("author [AUTHOR]", "approver [APPROVER]", "operator [OPERATOR]",
                "admin [AUDITOR, ADMIN]");
        assertThat(shops).containsExactly("shop_canary", "shop_eu", "shop_us");
        assertThat(server.changes).extracting(FakeServer.Change::toString).containsExactly(
                "admin: PUT /environments/production", "admin: POST /targets",
                "admin: POST /targets/shop-canary/checks", "admin: POST /targets",
                "admin: POST /targets/shop-eu/checks", "admin: POST /targets",
                "admin: POST /targets/shop-us/checks", "operator: POST /deployments", "author: POST /plans",
                "author: POST /rollouts");
        assertThat(server.changes.getFirst().body()).contains("\"normal\":1,\"highRisk\":1,\"river\":1");
        assertThat(server.changes.getLast().body()).contains("\"names\":[\"shop-canary\",\"shop-eu\",\"shop-us\"]")
                .contains("\"waves\":[{\"count\":1},{\"percent\":100}]");
        assertThat(server.changes).noneMatch(change -> change.request().contains("/backups"));
    }

    @Test
    void leavesTheDemoAloneOnceItIsThere() throws Exception {
        tell();
        server.changes.clear();
        assertThat(tell()).isFalse();
        assertThat(server.changes).isEmpty();
    }

    @Test
    void goesOnWhereAFormerStartBrokeOff() throws Exception {
        server.refusals.put("POST /targets/shop-eu/checks", 503);
        assertThatThrownBy(this::tell).isInstanceOf(DemoFailed.class)
                .hasMessage("POST /targets/shop-eu/checks as admin answered 503: not today");
        server.refusals.clear();
        shops.clear();
        assertThat(tell()).isTrue();
        assertThat(shops).as("only what was missing").containsExactly("shop_us");
    }

    private boolean tell() throws Exception {
        Api api = new Api(server.root(), JsonMapper.builder().build());
        return new Story((name, fullName, password, roles) -> people.add(name + " " + new TreeSet<>(roles)),
                new Rollouts((name, content) -> {
                    shops.add(name);
                    return new ShopDatabases.Shop("jdbc:postgresql://127.0.0.1/" + name, name, "secret");
                }, api), api).tell();
    }
}
