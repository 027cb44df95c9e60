package dev.rubicon.engine.postgres;

import dev.rubicon.engine.facts.Action.ObjectKind;
import dev.rubicon.engine.facts.QualifiedName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** The relations that something else than a relation reaches when it goes with CASCADE, or changes for all who use it. */
final class Reach {

    /** By the server's own list of dependencies, which DROP follows; it locks nothing but the catalogs. */
    private static final String FROM_OBJECTS = """
            WITH RECURSIVE named AS (
                SELECT * FROM unnest(?::text[], ?::text[], ?::text[]) AS named (kind, schema, name)
            ), gone (classid, objid, objsubid) AS (
                (SELECT 'pg_type'::regclass::oid, t.oid, 0
                 FROM named JOIN pg_type t ON named.kind IN ('TYPE', 'DOMAIN') AND t.typname = named.name::name
                 JOIN pg_namespace n ON n.oid = t.typnamespace WHERE %1$s
                 UNION ALL
                 SELECT 'pg_proc'::regclass, p.oid, 0
                 FROM named JOIN pg_proc p ON named.kind = 'FUNCTION' AND p.proname = named.name::name
                 JOIN pg_namespace n ON n.oid = p.pronamespace WHERE %1$s
                 UNION ALL
                 SELECT 'pg_class'::regclass, c.oid, 0
                 FROM named JOIN pg_class c ON named.kind = 'SEQUENCE' AND c.relname = named.name::name
                 JOIN pg_namespace n ON n.oid = c.relnamespace WHERE %1$s
                 UNION ALL
                 SELECT 'pg_namespace'::regclass, n.oid, 0
                 FROM named JOIN pg_namespace n ON named.kind = 'SCHEMA' AND n.nspname = named.name::name
                 UNION ALL
                 SELECT 'pg_extension'::regclass, e.oid, 0
                 FROM named JOIN pg_extension e ON named.kind = 'EXTENSION' AND e.extname = named.name::name)
                UNION
                SELECT d.classid, d.objid, d.objsubid
                FROM gone JOIN pg_depend d ON d.refclassid = gone.classid AND d.refobjid = gone.objid
                    AND (gone.objsubid = 0 OR d.refobjsubid = gone.objsubid)
            )
            SELECT DISTINCT coalesce(k.conrelid, f.adrelid, t.tgrelid, r.ev_class, p.polrelid, gone.objid)::bigint,
                   gone.classid = 'pg_class'::regclass AND gone.objsubid > 0
            FROM gone
            LEFT JOIN pg_constraint k ON gone.classid = 'pg_constraint'::regclass AND k.oid = gone.objid
            LEFT JOIN pg_attrdef f ON gone.classid = 'pg_attrdef'::regclass AND f.oid = gone.objid
            LEFT JOIN pg_trigger t ON gone.classid = 'pg_trigger'::regclass AND t.oid = gone.objid
            LEFT JOIN pg_rewrite r ON gone.classid = 'pg_rewrite'::regclass AND r.oid = gone.objid
            LEFT JOIN pg_policy p ON gone.classid = 'pg_policy'::regclass AND p.oid = gone.objid
            WHERE gone.classid IN ('pg_class'::regclass, 'pg_constraint'::regclass, 'pg_attrdef'::regclass,
                                   'pg_trigger'::regclass, 'pg_rewrite'::regclass, 'pg_policy'::regclass)"""
            .formatted(
                    "CASE WHEN named.schema = '' THEN n.nspname = ANY (?::text[]) ELSE n.nspname = named.schema END");

    private final Connection connection;
    private final String[] searchPath;

    Reach(Connection connection, List<String> searchPath) {
        this.connection = connection;
        this.searchPath = searchPath.toArray(String[]::new);
    }

    /** An object of a kind that is no table or view. */
    record Named(ObjectKind kind, QualifiedName name) {}

    /** Everything that goes with the objects. */
    Set<Long> of(List<Named> objects) throws SQLException {
        return follow(objects, false);
    }

    /** The relations with a column of these types, or of types made of them. */
    Set<Long> columnsOf(List<Named> types) throws SQLException {
        return follow(types, true);
    }

    private Set<Long> follow(List<Named> objects, boolean columnsOnly) throws SQLException {
        Set<Long> reached = new HashSet<>();
        if (!objects.isEmpty()) {
            List<Object> values = new ArrayList<>();
            values.add(objects.stream().map(each -> each.kind().name()).toArray(String[]::new));
            values.add(objects.stream().map(each -> Objects.requireNonNullElse(each.name().schema(), ""))
                    .toArray(String[]::new));
            values.add(objects.stream().map(each -> each.name().name()).toArray(String[]::new));
            values.addAll(List.of(searchPath, searchPath, searchPath));
            Rows.list(connection, FROM_OBJECTS,
                    row -> !columnsOnly || row.getBoolean(2) ? reached.add(row.getLong(1)) : false, values.toArray());
        }
        return reached;
    }
}
