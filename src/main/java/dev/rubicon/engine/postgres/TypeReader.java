package dev.rubicon.engine.postgres;

import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.engine.facts.TypeName;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Reads the names of types. The grammar has already made the server's name of those that it knows. */
final class TypeReader {

    private TypeReader() {}

    /** @param tree the content of a TypeName */
    static TypeName read(JsonNode tree, String sql) {
        QualifiedName name = Nodes.named(tree.path("names"));
        boolean array = !tree.path("arrayBounds").isEmpty();
        String schema = "pg_catalog".equals(name.schema()) ? null : name.schema();
        return new TypeName(schema, schema == null ? known(name.name()) : name.name(),
                modifiers(name.name(), tree.path("typmods")), array, sql);
    }

    private static String known(String name) {
        return switch (name) {
            case "serial" -> "serial4";
            case "bigserial" -> "serial8";
            case "smallserial" -> "serial2";
            default -> name;
        };
    }

    private static List<Integer> modifiers(String name, JsonNode written) {
        List<Integer> modifiers = new ArrayList<>();
        for (JsonNode each : written) {
            JsonNode number = each.path("A_Const").path("ival");
            if (!number.isMissingNode()) {
                modifiers.add(number.path("ival").asInt(0));
            }
        }
        // an interval's first is the mask of its fields, like DAY TO SECOND
        return name.equals("interval") && !modifiers.isEmpty() ? modifiers.subList(1, modifiers.size()) : modifiers;
    }
}
