package dev.rubicon.engine.postgres.proof;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The relations of a database outside of PostgreSQL's own schemas, as one session sees them now. */
record Relations(Map<Long, String> names, Map<String, Long> files, Set<String> indexes) {

    private static final String SQL = """
            SELECT c.oid, CASE WHEN n.nspname = 'public' THEN '' ELSE n.nspname || '.' END || c.relname AS name,
                   c.relfilenode, c.relkind IN ('i', 'I') AS index
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND c.relkind <> 'c'
            """;

    static Relations of(Connection connection) throws SQLException {
        Relations all = new Relations(new HashMap<>(), new HashMap<>(), new HashSet<>());
        try (var statement = connection.createStatement(); ResultSet row = statement.executeQuery(SQL)) {
            while (row.next()) {
                String name = row.getString("name");
                all.names.put(row.getLong("oid"), name);
                all.files.put(name, row.getLong("relfilenode"));
                if (row.getBoolean("index")) {
                    all.indexes.add(name);
                }
            }
        }
        return all;
    }

    /** Those whose file is another one now; an index made anew over its old file is not among them. */
    Set<String> rewritten(Relations after) {
        Set<String> changed = new TreeSet<>();
        files.forEach((name, file) -> {
            if (!after.files.getOrDefault(name, file).equals(file)) {
                changed.add(name);
            }
        });
        return changed;
    }
}
