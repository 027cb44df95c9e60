package dev.rubicon.web.pages;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.core.io.ClassPathResource;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Where the scripts and style sheets of this build lie: their names say what is in them. */
@Component("assets")
class Assets {

    /** As the bundler names files, with or without what says which build it was. */
    private static final Pattern NAME = Pattern.compile("([a-z]+)(?:-[\\w-]{8})?\\.(js|css)");

    private final String script;
    private final String style;
    private final Map<String, String> own = new HashMap<>();

    Assets(JsonMapper json) {
        JsonNode manifest = manifest(json);
        JsonNode entry = manifest.path("src/main.ts");
        this.script = "/" + entry.path("file").asString("assets/rubicon.js");
        this.style = "/" + entry.path("css").path(0).asString("assets/rubicon.css");
        for (JsonNode part : manifest) {
            remember(part.path("file").asString(""));
            part.path("css").forEach(css -> remember(css.asString("")));
        }
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

    private void remember(String file) {
        String name = file.substring(file.lastIndexOf('/') + 1);
        stem(name).ifPresent(stem -> own.put(stem, name));
    }

    private static Optional<String> stem(String name) {
        Matcher parts = NAME.matcher(name);
        return parts.matches() ? Optional.of(parts.group(1) + "." + parts.group(2)) : Optional.empty();
    }

    /** What this build calls the script or style sheet that another build gave this name, if it has one like it. */
    Optional<String> ownOf(String name) {
        return stem(name).map(own::get);
    }

    public String getScript() {
        return script;
    }

    public String getStyle() {
        return style;
    }
}
