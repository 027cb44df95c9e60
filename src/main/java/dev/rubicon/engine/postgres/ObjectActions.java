package dev.rubicon.engine.postgres;

import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Action.ObjectKind;
import dev.rubicon.engine.facts.QualifiedName;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads what is said of objects of any kind: DROP, RENAME, SET SCHEMA, OWNER TO, COMMENT and GRANT. */
final class ObjectActions {

    private static final Set<ObjectKind> OF_TABLES = Set.of(ObjectKind.TRIGGER, ObjectKind.POLICY, ObjectKind.RULE);
    private static final Set<ObjectKind> MEMBERS = Set.of(ObjectKind.TRIGGER, ObjectKind.POLICY, ObjectKind.RULE,
            ObjectKind.COLUMN, ObjectKind.CONSTRAINT);

    private ObjectActions() {}

    static Action drop(JsonNode tree) {
        String type = Nodes.text(tree, "removeType");
        ObjectKind kind = Nodes.kind(type);
        List<List<String>> objects = Nodes.items(tree.path("objects")).map(Nodes::parts).toList();
        QualifiedName on = OF_TABLES.contains(kind) && !objects.isEmpty() ? owner(objects.getFirst()) : null;
        // the first part of these is the access method
        int skipped = type.equals("OBJECT_OPCLASS") || type.equals("OBJECT_OPFAMILY") ? 1 : 0;
        List<QualifiedName> names = objects.stream()
                .map(parts -> on != null
                        ? QualifiedName.of(parts.getLast())
                        : Nodes.named(parts.subList(Math.min(skipped, parts.size()), parts.size())))
                .toList();
        return new Action.Drop(kind, names, on, Nodes.cascades(tree), Nodes.flag(tree, "missing_ok"),
                Nodes.flag(tree, "concurrent"));
    }

    /** DROP of what has a statement of its own: the name lies in the field. */
    static Action drop(ObjectKind kind, JsonNode tree, String field) {
        return new Action.Drop(kind, List.of(QualifiedName.of(Nodes.text(tree, field))), null, Nodes.cascades(tree),
                Nodes.flag(tree, "missing_ok"), false);
    }

    static Action dropRoles(JsonNode tree) {
        List<QualifiedName> names = Nodes.items(tree.path("roles"))
                .map(each -> QualifiedName.of(Nodes.role(each.path("RoleSpec")))).toList();
        return new Action.Drop(ObjectKind.ROLE, names, null, false, Nodes.flag(tree, "missing_ok"), false);
    }

    static Action rename(JsonNode tree) {
        String to = Nodes.text(tree, "newname");
        String member = Nodes.textOrNull(tree, "subname");
        ObjectKind kind = Nodes.kind(Nodes.text(tree, "renameType"));
        boolean ifExists = Nodes.flag(tree, "missing_ok");
        QualifiedName object = object(tree);
        return object == null
                ? new Action.Rename(kind, QualifiedName.of(String.valueOf(member)), null, to, ifExists)
                : new Action.Rename(kind, object, member, to, ifExists);
    }

    static Action setSchema(JsonNode tree) {
        QualifiedName object = object(tree);
        return new Action.SetSchema(Nodes.kind(Nodes.text(tree, "objectType")),
                object == null ? QualifiedName.of("") : object, Nodes.text(tree, "newschema"));
    }

    static Action setOwner(JsonNode tree) {
        QualifiedName object = object(tree);
        return new Action.SetOwner(Nodes.kind(Nodes.text(tree, "objectType")),
                object == null ? QualifiedName.of("") : object, Nodes.role(tree.path("newowner")));
    }

    private static @Nullable QualifiedName object(JsonNode tree) {
        return tree.has("relation")
                ? Nodes.relation(tree.path("relation"))
                : tree.has("object") ? Nodes.named(Nodes.parts(tree.path("object"))) : null;
    }

    /** COMMENT ON; of a member, its table or domain. */
    static Action comment(JsonNode tree) {
        ObjectKind kind = Nodes.kind(Nodes.text(tree, "objtype"));
        List<String> parts = Nodes.parts(tree.path("object"));
        QualifiedName object = MEMBERS.contains(kind) ? owner(parts) : parts.isEmpty() ? null : Nodes.named(parts);
        return new Action.Comment(kind, object);
    }

    private static @Nullable QualifiedName owner(List<String> parts) {
        return parts.size() < 2 ? null : Nodes.named(parts.subList(0, parts.size() - 1));
    }

    static Action grant(JsonNode tree) {
        boolean schemas = Nodes.text(tree, "targtype").equals("ACL_TARGET_ALL_IN_SCHEMA");
        return new Action.Grant(Nodes.flag(tree, "is_grant"),
                schemas ? ObjectKind.SCHEMA : Nodes.kind(Nodes.text(tree, "objtype")),
                Nodes.items(tree.path("objects")).map(each -> Nodes.named(Nodes.parts(each))).toList());
    }

    static Action grantRoles(JsonNode tree) {
        return new Action.Grant(Nodes.flag(tree, "is_grant"), ObjectKind.ROLE,
                Nodes.items(tree.path("granted_roles"))
                        .map(each -> QualifiedName.of(Nodes.text(each.path("AccessPriv"), "priv_name"))).toList());
    }
}
