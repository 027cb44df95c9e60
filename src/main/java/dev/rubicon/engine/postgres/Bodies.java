package dev.rubicon.engine.postgres;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** Finds the SQL inside functions, procedures and DO blocks; what is written in other languages is opaque. */
final class Bodies {

    private static final Body NONE = new Body(List.of(), false, List.of());

    private final PgQuery pg;
    private final String text;
    private final Offsets offsets;
    private final IntUnaryOperator inScript;

    /** @param inScript from an offset in the text to one in the whole script */
    Bodies(PgQuery pg, String text, Offsets offsets, IntUnaryOperator inScript) {
        this.pg = pg;
        this.text = text;
        this.offsets = offsets;
        this.inScript = inScript;
    }

    /**
     * @param dynamic whether there is SQL that cannot be read here
     * @param faults why PostgreSQL would refuse it at its creation
     */
    record Body(List<Scripts.Parsed> statements, boolean dynamic, List<ScriptParse.Fault> faults) {}

    /** The body of the statement that stands at this range of the text. */
    Body of(String node, JsonNode tree, int start, int end) {
        return switch (node) {
            case "DoStmt" -> written(tree, tree.path("args"), "plpgsql", start, end);
            case "CreateFunctionStmt" -> tree.has("sql_body")
                    ? atomic(tree.path("sql_body"), start, end)
                    : written(tree, tree.path("options"), "", start, end);
            default -> NONE;
        };
    }

    /** A body that is a string constant. */
    private Body written(JsonNode tree, JsonNode options, String usualLanguage, int start, int end) {
        String language = usualLanguage;
        JsonNode as = MissingNode.getInstance();
        for (JsonNode option : options) {
            JsonNode element = option.path("DefElem");
            switch (element.path("defname").asString("")) {
                case "language" -> language = element.path("arg").path("String").path("sval").asString("");
                case "as" -> as = element;
                default -> {}
            }
        }
        if (as.path("arg").path("List").path("items").size() > 1) {
            return NONE;
        }
        Literal literal = literal(as, start);
        return switch (language) {
            case "sql" -> sql(literal);
            case "plpgsql" -> new PlpgsqlBody(pg, literal, inScript).read(text.substring(start, end), tree);
            default -> NONE;
        };
    }

    private Literal literal(JsonNode as, int start) {
        JsonNode value = as.path("arg").has("List")
                ? as.path("arg").path("List").path("items").path(0)
                : as.path("arg");
        Lexer token = new Lexer(text, as.has("location") ? offsets.unit(as.path("location").asInt(0)) : start);
        token.next();
        if (token.is("as")) {
            token.next();
        }
        return Literal.of(text, token.start(), token.end(), value.path("String").path("sval").asString(""));
    }

    private Body sql(Literal literal) {
        ScriptParse parse = new ScriptParse(pg, literal.value(),
                index -> inScript.applyAsInt(literal.at().applyAsInt(index)), true);
        parse.run();
        return new Body(parse.statements(), false, parse.faults());
    }

    /** A body that was parsed with its function: BEGIN ATOMIC … END, or RETURN and an expression. */
    private Body atomic(JsonNode body, int start, int end) {
        List<JsonNode> nodes = new ArrayList<>();
        if (body.has("List")) {
            body.path("List").path("items").forEach(list -> list.path("List").path("items").forEach(nodes::add));
        } else {
            nodes.add(body);
        }
        List<Pieces.Range> ranges = body.has("List")
                ? Pieces.atomic(text, start, end)
                : List.of(Pieces.returned(text, start, end));
        List<Scripts.Parsed> statements = new ArrayList<>();
        for (int i = 0; i < nodes.size(); i++) {
            // both count the same statements, or else the place of the whole function has to do
            Pieces.Range range = ranges.size() == nodes.size() ? ranges.get(i) : new Pieces.Range(start, end);
            var node = nodes.get(i).properties().iterator().next();
            statements.add(new Scripts.Parsed(text.substring(range.start(), range.end()),
                    inScript.applyAsInt(range.start()), node.getKey(), node.getValue(),
                    location -> offsets.unit(location) - range.start(), List.of(), false));
        }
        return new Body(statements, false, List.of());
    }
}
