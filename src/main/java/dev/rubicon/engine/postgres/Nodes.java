package dev.rubicon.engine.postgres;

import dev.rubicon.engine.facts.Action.ObjectKind;
import dev.rubicon.engine.facts.QualifiedName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The small shapes in libpg_query's trees, which leave out whatever is false, zero or empty. */
final class Nodes {

    private Nodes() {}

    static String text(JsonNode node, String field) {
        return node.path(field).asString("");
    }

    static @Nullable String textOrNull(JsonNode node, String field) {
        return node.has(field) ? text(node, field) : null;
    }

    static boolean flag(JsonNode node, String field) {
        return node.path(field).asBoolean(false);
    }

    static boolean cascades(JsonNode node) {
        return text(node, "behavior").equals("DROP_CASCADE");
    }

    static Stream<JsonNode> items(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false);
    }

    /** The values of a list of String nodes. */
    static List<String> words(JsonNode list) {
        return items(list).map(Nodes::word).toList();
    }

    static String word(JsonNode node) {
        return text(node.path("String"), "sval");
    }

    /** The node's only field: what kind of node it is, and its content; null for anything else. */
    static Map.@Nullable Entry<String, JsonNode> content(JsonNode wrapped) {
        var fields = wrapped.properties();
        return fields.size() == 1 ? fields.iterator().next() : null;
    }

    /** A name of one or more parts; the database before the schema is left out. */
    static QualifiedName named(List<String> parts) {
        return switch (parts.size()) {
            case 0 -> QualifiedName.of("");
            case 1 -> QualifiedName.of(parts.getFirst());
            default -> new QualifiedName(parts.get(parts.size() - 2), parts.getLast());
        };
    }

    static QualifiedName named(JsonNode words) {
        return named(words(words));
    }

    /** @param range the content of a RangeVar */
    static QualifiedName relation(JsonNode range) {
        return new QualifiedName(textOrNull(range, "schemaname"), text(range, "relname"));
    }

    /** @param list of RangeVar nodes */
    static List<QualifiedName> relations(JsonNode list) {
        return items(list).map(each -> relation(each.path("RangeVar"))).toList();
    }

    /** The parts of an object's name, in whichever of its shapes the grammar gives it. */
    static List<String> parts(JsonNode object) {
        List<String> parts = new ArrayList<>();
        if (object.has("String")) {
            parts.add(word(object));
        } else if (object.has("List")) {
            object.path("List").path("items").forEach(part -> parts.addAll(parts(part)));
        } else if (object.has("TypeName")) {
            parts.addAll(words(object.path("TypeName").path("names")));
        } else if (object.has("ObjectWithArgs")) {
            parts.addAll(words(object.path("ObjectWithArgs").path("objname")));
        } else if (object.has("RangeVar")) {
            QualifiedName relation = relation(object.path("RangeVar"));
            Stream.ofNullable(relation.schema()).forEach(parts::add);
            parts.add(relation.name());
        }
        return parts;
    }

    /** A role as it is written. */
    static String role(JsonNode role) {
        return switch (text(role, "roletype")) {
            case "ROLESPEC_CURRENT_USER" -> "current_user";
            case "ROLESPEC_CURRENT_ROLE" -> "current_role";
            case "ROLESPEC_SESSION_USER" -> "session_user";
            case "ROLESPEC_PUBLIC" -> "public";
            default -> text(role, "rolename");
        };
    }

    /** @param objectType the grammar's, like {@code OBJECT_TABLE} */
    static ObjectKind kind(String objectType) {
        return switch (objectType) {
            case "OBJECT_TABLE" -> ObjectKind.TABLE;
            case "OBJECT_COLUMN", "OBJECT_ATTRIBUTE" -> ObjectKind.COLUMN;
            case "OBJECT_TABCONSTRAINT", "OBJECT_DOMCONSTRAINT" -> ObjectKind.CONSTRAINT;
            case "OBJECT_INDEX" -> ObjectKind.INDEX;
            case "OBJECT_VIEW" -> ObjectKind.VIEW;
            case "OBJECT_MATVIEW" -> ObjectKind.MATERIALIZED_VIEW;
            case "OBJECT_SEQUENCE" -> ObjectKind.SEQUENCE;
            case "OBJECT_TYPE" -> ObjectKind.TYPE;
            case "OBJECT_DOMAIN" -> ObjectKind.DOMAIN;
            case "OBJECT_FUNCTION", "OBJECT_PROCEDURE", "OBJECT_ROUTINE", "OBJECT_AGGREGATE" -> ObjectKind.FUNCTION;
            case "OBJECT_TRIGGER" -> ObjectKind.TRIGGER;
            case "OBJECT_POLICY" -> ObjectKind.POLICY;
            case "OBJECT_RULE" -> ObjectKind.RULE;
            case "OBJECT_SCHEMA" -> ObjectKind.SCHEMA;
            case "OBJECT_DATABASE" -> ObjectKind.DATABASE;
            case "OBJECT_EXTENSION" -> ObjectKind.EXTENSION;
            case "OBJECT_FOREIGN_TABLE" -> ObjectKind.FOREIGN_TABLE;
            case "OBJECT_ROLE" -> ObjectKind.ROLE;
            default -> ObjectKind.OTHER;
        };
    }
}
