package dev.rubicon.web.pages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.testing.ApiClient;
import dev.rubicon.testing.RubiconTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

/** What a node answers whom a page of another version asks for its script. */
@RubiconTest
@TestPropertySource(properties = "spring.web.resources.static-locations=file:target/classes/static/,classpath:/static/")
class AssetsTest {

    @LocalServerPort
    private int port;

    @Autowired
    private Assets assets;

    @Test
    void letsItsOwnScriptBeKeptForGood() {
        var answer = ApiClient.on(port).get(assets.getScript());
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Cache-Control")).contains("immutable");
    }

    @Test
    void answersForTheScriptOfAnotherVersionWithItsOwnThatNobodyKeeps() {
        var answer = ApiClient.on(port).get("/assets/rubicon-0ther_-9.js");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        assertThat(answer.header("Content-Type")).startsWith("text/javascript");
        assertThat(answer.body()).isEqualTo(ApiClient.on(port).get(assets.getScript()).body());
    }

    @Test
    void answersForTheStyleSheetOfAnotherVersionToo() {
        var answer = ApiClient.on(port).get("/assets/rubicon-abcdefgh.css");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        assertThat(answer.header("Content-Type")).startsWith("text/css");
    }

    /** Parts that are loaded later lie by themselves: one that called the script would start another of another version. */
    @Test
    void hasNoPartThatCallsTheScript() {
        for (String part : new String[]{"editor.js", "curves.js"}) {
            assertThat(ApiClient.on(port).get("/assets/" + part).body()).isNotEmpty()
                    .doesNotContainPattern("(from|import)\\s*[\"'`]\\./rubicon");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/assets/nothing-abcdefgh.js", "/assets/rubicon-abcdefgh.map", "/assets/../rubicon.js"})
    void hasNothingForWhatItDoesNotKnow(String asked) {
        assertThat(ApiClient.on(port).get(asked).status()).isBetween(400, 404);
    }
}
