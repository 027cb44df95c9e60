package dev.rubicon.plan;

import com.networknt.schema.Error;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Turns the errors of the schema validator into sentences that say what to write instead, each at its place. */
final class SchemaErrors {

    private static final Map<String, String> WHY_REQUIRED = Map.of("rollback", "every step says how to come back",
            "dataLoss", "say what going back loses: none, derived, new-writes or total",
            "engine", "it is postgresql or dynamodb", "phases", "a plan has at least one phase",
            "steps", "a phase has at least one step", "phase", "it is expand, migrate or contract",
            "because", "every exception has its reason", "name", "say in words what holds");

    private final JsonNode schema;
    private final Node root;
    private final SourceText source;

    SchemaErrors(JsonNode schema, Node root, SourceText source) {
        this.schema = schema;
        this.root = root;
        this.source = source;
    }

    List<Violation> violations(List<Error> errors) {
        List<Error> own = errors.stream().filter(error -> !insideOneOf(error)).toList();
        Set<String> meant = own.stream().filter(error -> error.getKeyword().equals("additionalProperties"))
                .filter(error -> meant(error) != null).map(error -> at(error) + "\0" + meant(error))
                .collect(Collectors.toCollection(HashSet::new));
        List<Violation> violations = new ArrayList<>();
        for (Error error : own) {
            if (!explainedByTypo(error, meant)) {
                violations.add(violation(error));
            }
        }
        return violations;
    }

    /** The alternatives of a oneOf each complain; the oneOf itself says it better. */
    private static boolean insideOneOf(Error error) {
        return error.getSchemaLocation().toString().contains("/oneOf/");
    }

    /** Whoever wrote 'rolback' is told of the typo, not of a missing 'rollback' as well. */
    private static boolean explainedByTypo(Error error, Set<String> meant) {
        return switch (error.getKeyword()) {
            case "required" -> meant.contains(at(error) + "\0" + error.getProperty());
            case "oneOf" -> alternatives(error).stream().anyMatch(key -> meant.contains(at(error) + "\0" + key));
            default -> false;
        };
    }

    private Violation violation(Error error) {
        String pointer = at(error);
        Node node = PlanText.nearest(root, pointer);
        int start = node.start();
        if (error.getKeyword().equals("additionalProperties") && node instanceof Node.Mapping mapping) {
            Node.Entry entry = mapping.entries().get(error.getProperty());
            start = entry == null ? start : entry.keyStart();
            pointer = pointer + "/" + Node.escape(error.getProperty());
        }
        return new Violation(pointer, source.place(start), message(error, node), error.getKeyword());
    }

    private String message(Error error, Node node) {
        JsonNode limit = error.getSchemaNode();
        return switch (error.getKeyword()) {
            case "additionalProperties" -> unknownKey(error);
            case "required" -> missing(error);
            case "oneOf" -> exactlyOne(error, node);
            case "dependentRequired" ->
                "'" + argument(error, 0) + "' is missing: '" + argument(error, 1) + "' needs it";
            case "enum" -> notOneOf(shown(node), words(limit));
            case "const" -> "'" + key(error) + "' can only be " + limit.asString() + ", not " + shown(node);
            case "type" -> wrongType(error, node, limit);
            case "pattern" -> malformed(error, node, limit.asString());
            case "minLength" -> "'" + key(error) + "' is empty";
            case "maxLength" -> "'" + key(error) + "' is longer than " + limit.asString() + " characters";
            case "minItems", "minProperties" -> "'" + key(error) + "' is empty: it needs at least one entry";
            case "maxItems" -> "'" + key(error) + "' has more than " + limit.asString() + " entries";
            case "maxProperties" -> "'" + key(error) + "' has more than " + limit.asString() + " entries";
            case "minimum" -> "'" + key(error) + "' is " + shown(node) + "; the least is " + limit.asString();
            case "maximum" -> "'" + key(error) + "' is " + shown(node) + "; the most is " + limit.asString();
            default -> "'" + key(error) + "' " + error.getMessage();
        };
    }

    private String unknownKey(Error error) {
        String nearest = meant(error);
        String known = String.join(", ", known(error));
        return "unknown key '" + NodeReader.abbreviated(error.getProperty()) + "'"
                + (nearest != null ? "; did you mean '" + nearest + "'?" : "; there are " + known);
    }

    private @Nullable String meant(Error error) {
        return Nearest.to(error.getProperty(), known(error));
    }

    private List<String> known(Error error) {
        return List.copyOf(holder(error).path("properties").propertyNames());
    }

    /** The schema object that holds the keyword. */
    private JsonNode holder(Error error) {
        String location = error.getSchemaLocation().toString();
        String pointer = location.substring(location.indexOf('#') + 1);
        return schema.at(pointer.substring(0, pointer.lastIndexOf('/')));
    }

    private String missing(Error error) {
        String why = WHY_REQUIRED.get(error.getProperty());
        String description = holder(error).path("properties").path(error.getProperty()).path("description")
                .asString("");
        String said = why != null
                ? why
                : description.isEmpty()
                        ? ""
                        : Character.toLowerCase(description.charAt(0))
                                + description.substring(1);
        return "'" + error.getProperty() + "' is missing" + (said.isEmpty() ? "" : ": " + said);
    }

    private String exactlyOne(Error error, Node node) {
        List<String> keys = alternatives(error);
        List<String> has = node instanceof Node.Mapping mapping
                ? keys.stream().filter(mapping.entries()::containsKey).toList()
                : List.of();
        String title = holder(error).path("title").asString("forward").toLowerCase(java.util.Locale.ROOT);
        return "a " + title + " needs exactly one of " + String.join(", ", keys) + "; this one has "
                + (has.isEmpty() ? "none of them" : String.join(" and ", has));
    }

    private static List<String> alternatives(Error error) {
        return StreamSupport.stream(error.getSchemaNode().spliterator(), false)
                .map(each -> each.path("required").path(0).asString()).toList();
    }

    private static String notOneOf(String shown, List<String> words) {
        String nearest = Nearest.to(shown.replace("'", ""), words);
        return shown + " is not one of " + String.join(", ", words)
                + (nearest == null ? "" : "; did you mean '" + nearest + "'?");
    }

    private static String wrongType(Error error, Node node, JsonNode wanted) {
        boolean text = wanted.toString().contains("\"string\"");
        String what = switch (node) {
            case Node.Scalar scalar when scalar.value() == null -> "is empty";
            case Node.Scalar scalar -> "is " + shown(node);
            case Node.Mapping mapping -> "is a mapping";
            case Node.Sequence sequence -> "is a list";
        };
        String quotes = text && node instanceof Node.Scalar scalar && scalar.value() != null
                ? ": put it in quotes to have it as text"
                : "; it takes "
                        + words(wanted).stream().map(SchemaErrors::typeName).collect(Collectors.joining(" or "));
        return "'" + key(error) + "' " + what + quotes;
    }

    private static String typeName(String type) {
        return switch (type) {
            case "string" -> "a text";
            case "object" -> "a mapping";
            case "array" -> "a list";
            case "integer" -> "a whole number";
            case "number" -> "a number";
            case "boolean" -> "true or false";
            default -> type;
        };
    }

    private static String malformed(Error error, Node node, String pattern) {
        if (pattern.equals("\\S")) {
            return "'" + key(error) + "' is empty";
        }
        if (pattern.startsWith("^[0-9]")) {
            return shown(node) + " is not a duration: write a whole number and a unit, like 200ms, 30s, 15m, 72h or 7d";
        }
        if (pattern.startsWith("^[a-z0-9]")) {
            return shown(node) + " is not a name: lower-case letters, digits and hyphens, beginning with a letter or "
                    + "digit, at most 80";
        }
        return shown(node) + " is not a version range: write comparisons like '>=2.4.0 <3.0.0', with || for or";
    }

    private static List<String> words(JsonNode node) {
        return node.isArray()
                ? StreamSupport.stream(node.spliterator(), false).map(JsonNode::asString).toList()
                : List.of(node.asString());
    }

    private static String shown(Node node) {
        return node instanceof Node.Scalar scalar ? "'" + NodeReader.abbreviated(scalar.raw()) + "'" : "this value";
    }

    private static String key(Error error) {
        String pointer = at(error);
        String key = Node.unescape(pointer.substring(pointer.lastIndexOf('/') + 1));
        return key.isEmpty() ? "the document" : NodeReader.abbreviated(key);
    }

    private static String argument(Error error, int index) {
        Object[] arguments = error.getArguments();
        return arguments != null && index < arguments.length ? String.valueOf(arguments[index]) : "";
    }

    private static String at(Error error) {
        return error.getInstanceLocation().toString();
    }
}
