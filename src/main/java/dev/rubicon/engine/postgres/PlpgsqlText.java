package dev.rubicon.engine.postgres;

import dev.rubicon.engine.facts.Identifiers;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Writes a PL/pgSQL body into a statement anew. */
final class PlpgsqlText {

    private PlpgsqlText() {}

    /**
     * A statement with this body in which every parameter is of some composite type and so is what it returns: the names
     * of parameters, and whether it returns a set, nothing or a trigger's row, are all that the body's grammar asks for.
     * The body keeps its length.
     *
     * @param tree of the statement that the body comes from
     */
    static String of(String body, JsonNode tree) {
        String tag = "$b$";
        while (body.contains(tag)) {
            tag = "$b" + tag.substring(1);
        }
        String constant = tag + withPlainRows(body) + tag;
        if (!tree.has("funcname")) {
            return "DO LANGUAGE plpgsql " + constant;
        }
        List<String> parameters = new ArrayList<>();
        tree.path("parameters").forEach(each -> parameters.add(parameter(each.path("FunctionParameter"))));
        return "CREATE %s f(%s)%s LANGUAGE plpgsql AS %s".formatted(
                tree.path("is_procedure").asBoolean(false) ? "PROCEDURE" : "FUNCTION", String.join(", ", parameters),
                tree.has("returnType") ? " RETURNS " + returned(tree.path("returnType")) : "", constant);
    }

    /** {@code t%ROWTYPE} is what {@code t} is, but libpg_query takes only the latter for something with fields. */
    private static String withPlainRows(String body) {
        StringBuilder plain = new StringBuilder(body);
        Lexer token = new Lexer(body, 0);
        int percent = -1;
        while (token.next()) {
            if (percent >= 0 && token.is("rowtype")) {
                plain.replace(percent, token.end(), " ".repeat(token.end() - percent));
            }
            percent = token.is('%') ? token.start() : -1;
        }
        return plain.toString();
    }

    private static String parameter(JsonNode parameter) {
        String mode = switch (parameter.path("mode").asString("")) {
            case "FUNC_PARAM_OUT", "FUNC_PARAM_TABLE" -> "OUT ";
            case "FUNC_PARAM_INOUT" -> "INOUT ";
            default -> "";
        };
        String name = parameter.path("name").asString("");
        return mode + (name.isEmpty() ? "" : Identifiers.quote(name) + " ") + "composite";
    }

    private static String returned(JsonNode type) {
        JsonNode names = type.path("names");
        String name = names.path(names.size() - 1).path("String").path("sval").asString("");
        boolean telling = name.equals("void") || name.endsWith("trigger");
        return (type.path("setof").asBoolean(false) ? "SETOF " : "") + (telling ? name : "composite");
    }
}
