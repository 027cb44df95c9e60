package dev.rubicon.web.pages;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.springframework.core.io.ClassPathResource;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Where the script and the style sheet of this build lie: their names say what is in them. */
@Component("assets")
class Assets {

    private final String script;
    private final String style;

    Assets(JsonMapper json) {
        JsonNode entry = manifest(json).path("src/main.ts");
        this.script = "/" + entry.path("file").asString("assets/rubicon.js");
        this.style = "/" + entry.path("css").path(0).asString("assets/rubicon.css");
    }

    /** Empty where only the server was compiled: its pages are plain then, and work. */
    private static JsonNode manifest(JsonMapper json) {
        ClassPathResource file = new ClassPathResource("static/assets/manifest.json");
        if (!file.exists()) {
            return json.createObjectNode();
        }
        try (InputStream in = file.getInputStream()) {
            return json.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String getScript() {
        return script;
    }

    public String getStyle() {
        return style;
    }
}
