package dev.rubicon.engine.postgres;

import dev.rubicon.engine.facts.Constraint;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.engine.facts.Schema;
import dev.rubicon.engine.facts.Schema.ColumnState;
import dev.rubicon.engine.facts.Schema.ConstraintState;
import dev.rubicon.engine.facts.Schema.Details;
import dev.rubicon.engine.facts.Schema.Index;
import dev.rubicon.engine.facts.Schema.Relation;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The part of a target's schema that says which locks go together: names, trees, keys, views, indexes, triggers. Nothing is
 * printed by the server, so that no table is opened, and nothing is parsed: types and expressions decide how long a lock is
 * kept, not which.
 */
final class NearSchema {

    private static final String CONSTRAINTS = """
            SELECT c.conrelid::bigint AS owner, c.conname, c.contype, c.confrelid::bigint AS target, c.convalidated,
                   ARRAY(SELECT a.attname::text FROM unnest(c.conkey) WITH ORDINALITY AS k (number, place)
                         JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number ORDER BY k.place)
                       AS columns,
                   ARRAY(SELECT a.attname::text FROM unnest(c.confkey) WITH ORDINALITY AS k (number, place)
                         JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.number ORDER BY k.place)
                       AS referenced
            FROM pg_constraint c
            -- the copies that a foreign key to a partitioned table has for each partition of it go with it
            LEFT JOIN pg_constraint p ON p.oid = c.conparentid AND p.conrelid = c.conrelid
            WHERE c.conrelid = ANY (SELECT near::oid FROM unnest(?::bigint[]) AS near)
              AND c.contype IN ('p', 'u', 'c', 'f', 'x', 'n') AND p.oid IS NULL
            ORDER BY c.oid""";

    private static final String INDEXES = """
            SELECT i.indrelid::bigint AS owner, n.nspname, c.relname, pn.nspname AS parent_schema, p.relname AS parent,
                   i.indisunique, i.indisvalid AND i.indisready AS usable,
                   EXISTS (SELECT FROM pg_constraint o WHERE o.conindid = i.indexrelid AND o.conrelid = i.indrelid
                           AND o.contype IN ('p', 'u', 'x')) AS behind,
                   ARRAY(SELECT a.attname::text FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k (number, place)
                         JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number ORDER BY k.place)
                       AS columns
            FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            LEFT JOIN pg_inherits h ON h.inhrelid = c.oid LEFT JOIN pg_class p ON p.oid = h.inhparent
            LEFT JOIN pg_namespace pn ON pn.oid = p.relnamespace
            WHERE i.indrelid = ANY (SELECT near::oid FROM unnest(?::bigint[]) AS near)""";

    private static final String READS = """
            SELECT DISTINCT r.ev_class::bigint AS owner, d.refobjid::bigint AS target, coalesce(a.attname, '') AS attname
            FROM pg_rewrite r JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
            JOIN pg_class c ON c.oid = r.ev_class
            LEFT JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid AND d.refobjsubid > 0
            WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid <> r.ev_class AND c.relkind IN ('v', 'm')
              AND r.ev_class = ANY (SELECT near::oid FROM unnest(?::bigint[]) AS near)""";

    private final Connection connection;
    private final Map<Long, NearRelation> relations = new LinkedHashMap<>();
    private final Map<Long, Map<String, ConstraintState>> constraints = new HashMap<>();
    private final Map<Long, Map<QualifiedName, Set<String>>> uses = new HashMap<>();
    private final Map<QualifiedName, NearRelation> byName = new HashMap<>();
    private final Schema schema = Schema.complete();

    private NearSchema(Connection connection) {
        this.connection = connection;
    }

    static NearSchema read(Connection connection, Set<Long> oids) throws SQLException {
        NearSchema near = new NearSchema(connection);
        near.fill(oids);
        return near;
    }

    Schema schema() {
        return schema;
    }

    /** The relation of that full name as it is now, or for an index its table. */
    Optional<NearRelation> find(QualifiedName name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** All relations, in the order in which locks are taken. */
    List<NearRelation> inOrder() {
        return List.copyOf(relations.values());
    }

    private void fill(Set<Long> oids) throws SQLException {
        NearRelation.read(connection, oids).forEach(each -> {
            relations.put(each.oid(), each);
            byName.put(each.name(), each);
        });
        Object all = relations.keySet().toArray(Long[]::new);
        Rows.list(connection, CONSTRAINTS, row -> constraint(row.getLong("owner"), row.getString("conname"),
                CatalogLetters.constraint(row.getString("contype")), row.getLong("target"),
                row.getBoolean("convalidated"),
                List.of((String[]) row.getArray("columns").getArray()),
                List.of((String[]) row.getArray("referenced").getArray())), all);
        Rows.list(connection, READS, row -> reads(row.getLong("owner"), row.getLong("target"),
                row.getString("attname")), all);
        Rows.list(connection, INDEXES, row -> index(row.getLong("owner"),
                new QualifiedName(row.getString("nspname"), row.getString("relname")),
                row.getString("parent") == null
                        ? null
                        : new QualifiedName(row.getString("parent_schema"), row.getString("parent")),
                row.getBoolean("indisunique"), row.getBoolean("usable"), row.getBoolean("behind"),
                List.of((String[]) row.getArray("columns").getArray())), all);
        relations.values().forEach(each -> schema.put(relation(each)));
        schema.forgetMade();
    }

    private boolean constraint(long owner, String name, Constraint.Kind kind, long target, boolean valid,
            List<String> columns, List<String> referenced) {
        NearRelation references = relations.get(target);
        Constraint definition = new Constraint(name, kind, columns, null,
                references == null ? null : references.name(), referenced, !valid, true, null, false, false, "");
        constraints.computeIfAbsent(owner, oid -> new LinkedHashMap<>())
                .put(name, new ConstraintState(name, definition, valid, false));
        return true;
    }

    private boolean reads(long view, long read, String column) {
        NearRelation relation = relations.get(read);
        if (relation != null) {
            Set<String> columns = uses.computeIfAbsent(view, oid -> new LinkedHashMap<>())
                    .computeIfAbsent(relation.name(), name -> new LinkedHashSet<>());
            if (!column.isEmpty()) {
                columns.add(column);
            }
        }
        return true;
    }

    private boolean index(long owner, QualifiedName name, @Nullable QualifiedName parent, boolean unique,
            boolean usable, boolean behind, List<String> columns) {
        NearRelation table = relations.get(owner);
        if (table != null) {
            byName.put(name, table);
            schema.put(new Index(name, table.name(), columns, List.of(), unique, usable, null, "btree", parent, behind,
                    null, false));
        }
        return true;
    }

    private Relation relation(NearRelation row) {
        Map<String, ColumnState> columns = new LinkedHashMap<>();
        row.columns().forEach(each -> columns.put(each,
                new ColumnState(each, null, null, null, false, null, false)));
        List<QualifiedName> parents = new ArrayList<>();
        row.parents().stream().map(relations::get).filter(each -> each != null)
                .forEach(each -> parents.add(each.name()));
        Map<QualifiedName, Set<String>> reads = uses.getOrDefault(row.oid(), Map.of());
        Map<String, String> traits = row.defaultPartition()
                ? Map.of("partition", "default")
                : row.identity() ? Map.of("identity", "true") : Map.of();
        NearRelation.OwnedBy owner = row.ownedBy();
        NearRelation table = owner == null ? null : relations.get(owner.table());
        return new Relation(row.name(), row.kind(), row.temporary(), true, columns, Set.of(),
                constraints.getOrDefault(row.oid(), Map.of()),
                row.partition() && !parents.isEmpty() ? parents.getFirst() : null, List.copyOf(reads.keySet()), false,
                true, null, null, new Details(Set.of(), Set.of(), row.partition() ? List.of() : parents, reads,
                        Map.of(), traits, owner == null || table == null ? null : owner.in(table.name()), null));
    }
}
