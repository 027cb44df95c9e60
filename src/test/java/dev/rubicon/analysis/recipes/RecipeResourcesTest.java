package dev.rubicon.analysis.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;

import dev.rubicon.plan.PlanRoom;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletResponse;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Recipes over REST: what they ask, what they write, and what is said to a bad answer. */
class RecipeResourcesTest {

    private static PlanRoom room;

    @BeforeAll
    static void open() {
        room = new PlanRoom();
    }

    @AfterAll
    static void close() {
        room.close();
    }

    private static MockHttpServletResponse write(String recipe, String answers) throws Exception {
        return room.mvc(PlanRoom.AUTHOR).perform(post("/api/v1/recipes/" + recipe).contentType("application/json")
                .content(answers)).andReturn().getResponse();
    }

    private static JsonNode json(MockHttpServletResponse response) throws Exception {
        return JsonMapper.shared().readTree(response.getContentAsString(StandardCharsets.UTF_8));
    }

    @Test
    void tellsWhatEachRecipeAsks() throws Exception {
        JsonNode items = json(room.mvc(PlanRoom.VIEWER).perform(get("/api/v1/recipes")).andReturn().getResponse())
                .path("items");
        assertThat(items).extracting(each -> each.path("recipe").asString()).containsExactly("rename-column",
                "change-type", "add-not-null", "add-foreign-key", "add-unique", "add-index", "drop-column",
                "drop-table", "split-column");
        assertThat(items.get(0).at("/fields/0").toString()).contains("\"name\":\"table\"", "\"kind\":\"table\"",
                "\"required\":true");
    }

    @Test
    void writesAPlanThatCanBeSubmitted() throws Exception {
        MockHttpServletResponse written = write("drop-column", """
                {"table": "users", "column": "fax", "application": "web", "version": "2.0.0", "notNull": true}""");
        assertThat(written.getStatus()).isEqualTo(200);
        assertThat(written.getContentType()).startsWith("application/yaml");
        assertThat(room.submit(written.getContentAsString(StandardCharsets.UTF_8)).plan()).isEqualTo("drop-users-fax");
    }

    @Test
    void answersBadInputWithAViolationForEachField() throws Exception {
        MockHttpServletResponse refused = write("drop-column", """
                {"table": "a b", "column": ["x"], "version": "new"}""");
        assertThat(refused.getStatus()).isEqualTo(422);
        assertThat(json(refused).at("/type").asString()).contains("invalid-input");
        assertThat(json(refused).path("violations")).extracting(each -> each.path("pointer").asString())
                .containsExactly("/column");
        refused = write("drop-column", """
                {"table": "a b", "column": null, "version": "new ones", "colour": "red"}""");
        assertThat(json(refused).path("violations")).extracting(each -> each.path("pointer").asString())
                .containsExactlyInAnyOrder("/table", "/column", "/version", "/application", "/colour");
        assertThat(write("bake-a-cake", "{}").getStatus()).isEqualTo(404);
    }
}
