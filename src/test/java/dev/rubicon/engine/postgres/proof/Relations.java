package dev.rubicon.engine.postgres.proof;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The relations of a database outside of PostgreSQL's own schemas, as one session sees them now.
 *
 * @param files by name, of all but sequences, whose file holds one row
 * @param bytes of those files
 * @param indexes their tables, by name
 */
record Relations(Map<Long, String> names, Map<String, Long> files, Map<String, Long> bytes,
        Map<String, String> indexes) {

    private static final String SQL = """
            SELECT c.oid, CASE WHEN n.nspname = 'public' THEN '' ELSE n.nspname || '.' END || c.relname AS name,
                   c.relfilenode, c.relkind, pg_relation_size(c.oid) AS bytes, t.relname AS of
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                LEFT JOIN pg_index i ON i.indexrelid = c.oid LEFT JOIN pg_class t ON t.oid = i.indrelid
            WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND c.relkind <> 'c'
            """;

    static Relations of(Connection connection) throws SQLException {
        Relations all = new Relations(new HashMap<>(), new HashMap<>(), new HashMap<>(),
                new HashMap<>());
        try (var statement = connection.createStatement(); ResultSet row = statement.executeQuery(SQL)) {
            while (row.next()) {
                String name = row.getString("name");
                all.names.put(row.getLong("oid"), name);
                if (!row.getString("relkind").equals("S")) {
                    all.files.put(name, row.getLong("relfilenode"));
                    all.bytes.put(name, row.getLong("bytes"));
                }
                if (row.getString("of") != null) {
                    all.indexes.put(name, row.getString("of"));
                }
            }
        }
        return all;
    }

    /**
     * Those whose file is another one now. An index made anew over its old file is not among them, nor a table that was only
     * emptied, with its indexes.
     */
    Set<String> rewritten(Relations after) {
        Set<String> changed = new TreeSet<>();
        files.forEach((name, file) -> {
            boolean other = !after.files.getOrDefault(name, file).equals(file);
            if (other && !emptied(name, after) && !emptied(indexes.getOrDefault(name, name), after)) {
                changed.add(name);
            }
        });
        return changed;
    }

    private boolean emptied(String table, Relations after) {
        return bytes.getOrDefault(table, 0L) > 0 && after.bytes.getOrDefault(table, 1L) == 0;
    }
}
