package dev.rubicon.engine.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * What the module's imports and exports really are. Emscripten shortens their names anew in each release; its JavaScript
 * glue, which lies beside the module, has the table.
 */
record GlueNames(Map<String, String> imports, Map<String, String> exports) {

    private static final String IMPORTS = "wasmImports={";
    private static final String EXPORT = "wasmExports[\"";

    static GlueNames load() {
        try (var in = GlueNames.class.getResourceAsStream("libpg-query.js")) {
            return of(new String(Objects.requireNonNull(in, "libpg-query.js").readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static GlueNames of(String script) {
        Map<String, String> imports = new HashMap<>();
        int table = script.indexOf(IMPORTS) + IMPORTS.length();
        for (String entry : script.substring(table, script.indexOf('}', table)).split(",", -1)) {
            int colon = entry.indexOf(':');
            imports.put(entry.substring(0, colon), entry.substring(colon + 1));
        }
        Map<String, String> exports = new HashMap<>();
        for (int at = script.indexOf(EXPORT); at >= 0; at = script.indexOf(EXPORT, at + 1)) {
            int shortName = at + EXPORT.length();
            int end = script.indexOf('"', shortName);
            exports.putIfAbsent(exported(script, at, end), script.substring(shortName, end));
        }
        return new GlueNames(imports, exports);
    }

    /**
     * What an export is to be known by: {@code _free=Module["_free"]=wasmExports["E"]} assigns it to its C name, and the
     * one that is called at once holds the constructors.
     */
    private static String exported(String script, int at, int end) {
        if (script.startsWith("\"]()", end)) {
            return "__wasm_call_ctors";
        }
        int to = script.startsWith("]=", at - 2) ? script.lastIndexOf("=Module[", at) : at - 1;
        int from = to;
        while (from > 0 && Character.isJavaIdentifierPart(script.charAt(from - 1))) {
            from--;
        }
        return script.substring(from, to);
    }

    String imported(String shortName) {
        return Objects.requireNonNull(imports.get(shortName), shortName);
    }

    /** @param name C's name with Emscripten's leading underscore */
    String exported(String name) {
        return Objects.requireNonNull(exports.get(name), name);
    }
}
