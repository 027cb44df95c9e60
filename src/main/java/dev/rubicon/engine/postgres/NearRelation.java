package dev.rubicon.engine.postgres;

import dev.rubicon.engine.facts.LockMode;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.engine.facts.Schema.ColumnName;
import dev.rubicon.engine.facts.Schema.RelationKind;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A relation as the plan of locks needs it.
 *
 * @param depth how many partitioned tables are above it
 * @param parents what it is a partition of, or inherits from
 * @param ownedBy the column that a sequence goes with, by the table's oid, or null
 * @param identity whether that column is an identity
 * @param read whether the role has SELECT, {@code insert} INSERT, {@code change} one of those that allow every mode
 */
record NearRelation(long oid, QualifiedName name, RelationKind kind, boolean temporary, boolean partition,
        boolean defaultPartition, int depth, List<Long> parents, List<String> columns, @Nullable OwnedBy ownedBy,
        boolean identity, boolean read, boolean insert, boolean change) {

    /** A column of a table. */
    record OwnedBy(long table, String column) {
        ColumnName in(QualifiedName name) {
            return new ColumnName(name, column);
        }
    }

    private static final String SQL = """
            SELECT c.oid::bigint AS oid, n.nspname, c.relname, c.relkind, c.relpersistence = 't' AS temporary,
                   c.relispartition,
                   EXISTS (SELECT FROM pg_partitioned_table d WHERE d.partdefid = c.oid) AS is_default,
                   (SELECT count(*) FROM pg_partition_ancestors(c.oid)) AS depth,
                   ARRAY(SELECT h.inhparent::bigint FROM pg_inherits h WHERE h.inhrelid = c.oid ORDER BY h.inhseqno)
                       AS parents,
                   ARRAY(SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0
                         AND NOT a.attisdropped ORDER BY a.attnum) AS columns,
                   o.refobjid::bigint AS owner, oa.attname AS owner_column, o.deptype = 'i' AS identity,
                   has_table_privilege(c.oid, 'SELECT') AS may_read, has_table_privilege(c.oid, 'INSERT') AS may_insert,
                   has_table_privilege(c.oid, 'UPDATE, DELETE, TRUNCATE') AS may_change
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            LEFT JOIN pg_depend o ON c.relkind = 'S' AND o.classid = 'pg_class'::regclass AND o.objid = c.oid
                AND o.refclassid = 'pg_class'::regclass AND o.refobjsubid > 0 AND o.deptype IN ('a', 'i')
            LEFT JOIN pg_attribute oa ON oa.attrelid = o.refobjid AND oa.attnum = o.refobjsubid
            WHERE c.oid = ANY (SELECT near::oid FROM unnest(?::bigint[]) AS near)
              AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
              AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
            ORDER BY depth, c.oid""";

    /** In the order in which locks are taken: what is above before what is below, else by age. */
    static List<NearRelation> read(Connection connection, Set<Long> oids) throws SQLException {
        return Rows.list(connection, SQL, NearRelation::of, (Object) oids.toArray(Long[]::new));
    }

    private static NearRelation of(ResultSet row) throws SQLException {
        String column = row.getString("owner_column");
        return new NearRelation(row.getLong("oid"),
                new QualifiedName(row.getString("nspname"), row.getString("relname")),
                CatalogLetters.relation(row.getString("relkind")),
                row.getBoolean("temporary"), row.getBoolean("relispartition"), row.getBoolean("is_default"),
                row.getInt("depth"), List.of((Long[]) row.getArray("parents").getArray()),
                List.of((String[]) row.getArray("columns").getArray()),
                column == null ? null : new OwnedBy(row.getLong("owner"), column), row.getBoolean("identity"),
                row.getBoolean("may_read"), row.getBoolean("may_insert"), row.getBoolean("may_change"));
    }

    /** Whether LOCK TABLE would take it in this mode; told as before 16, where more was asked of the role. */
    boolean lockable(LockMode mode) {
        boolean table = kind == RelationKind.TABLE || kind == RelationKind.PARTITIONED_TABLE;
        return table && !temporary && switch (mode) {
            case ACCESS_SHARE -> read;
            case ROW_EXCLUSIVE -> insert || change;
            case ROW_SHARE, SHARE_UPDATE_EXCLUSIVE, SHARE, SHARE_ROW_EXCLUSIVE, EXCLUSIVE, ACCESS_EXCLUSIVE -> change;
        };
    }
}
