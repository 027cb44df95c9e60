package dev.rubicon.engine.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the module's imports and exports really are. Emscripten shortens their names anew in each release; its JavaScript
 * glue, which lies beside the module, has the table.
 */
record GlueNames(Map<String, String> imports, Map<String, String> exports) {

    private static final Pattern IMPORTS = Pattern.compile("wasmImports=\\{([^}]*)}");
    private static final Pattern EXPORT = Pattern
            .compile("(\\w+)=(?:Module\\[\"\\w+\"]=)?wasmExports\\[\"(\\w+)\"]");
    private static final Pattern CONSTRUCTORS = Pattern.compile("wasmExports\\[\"(\\w+)\"]\\(\\)");

    static GlueNames load() {
        try (var in = GlueNames.class.getResourceAsStream("libpg-query.js")) {
            return of(new String(Objects.requireNonNull(in, "libpg-query.js").readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static GlueNames of(String script) {
        Map<String, String> imports = new HashMap<>();
        Matcher table = IMPORTS.matcher(script);
        if (table.find()) {
            for (String entry : table.group(1).split(",", -1)) {
                int colon = entry.indexOf(':');
                imports.put(entry.substring(0, colon), entry.substring(colon + 1));
            }
        }
        Map<String, String> exports = new HashMap<>();
        EXPORT.matcher(script).results().forEach(match -> exports.put(match.group(1), match.group(2)));
        CONSTRUCTORS.matcher(script).results().findFirst()
                .ifPresent(match -> exports.put("__wasm_call_ctors", match.group(1)));
        return new GlueNames(imports, exports);
    }

    String imported(String shortName) {
        return Objects.requireNonNull(imports.get(shortName), shortName);
    }

    /** @param name C's name with Emscripten's leading underscore */
    String exported(String name) {
        return Objects.requireNonNull(exports.get(name), name);
    }
}
