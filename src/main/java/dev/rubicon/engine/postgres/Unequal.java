package dev.rubicon.engine.postgres;

import dev.rubicon.engine.facts.Identifiers;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The condition that a row does not hold yet what a backfill would write into it: rows already right are left alone. */
final class Unequal {

    private Unequal() {}

    /**
     * The type of a column as values are to be cast to it before they are compared: with its precision, to which an
     * assignment rounds; without its length, which an assignment would not cut to, unlike a cast.
     */
    static final String TYPE = """
            format_type(a.atttypid, CASE WHEN (SELECT CASE WHEN t.typelem <> 0 AND t.typcategory = 'A' THEN t.typelem
                                                           ELSE t.oid END
                                               FROM pg_type t WHERE t.oid = a.atttypid)
                                              IN ('numeric'::regtype, 'time'::regtype, 'timetz'::regtype,
                                                  'timestamp'::regtype, 'timestamptz'::regtype, 'interval'::regtype)
                                         THEN a.atttypmod ELSE -1 END)""";

    private record Type(String name, String column) {}

    /** Null where values have no equality, like those of json, or come out differently each time they are computed. */
    static @Nullable String of(Connection connection, Fragments fragments, BackfillTable table,
            Map<String, String> set) throws SQLException {
        List<String> conditions = new ArrayList<>();
        for (Map.Entry<String, String> entry : set.entrySet()) {
            Type type = Rows.first(connection, """
                    SELECT %s, a.attname FROM pg_attribute a
                    WHERE a.attrelid = to_regclass(?) AND a.attname = ? AND a.attnum > 0
                      AND NOT a.attisdropped""".formatted(TYPE),
                    row -> new Type(row.getString(1), row.getString(2)), table.sql(), entry.getKey()).orElse(null);
            if (type == null || !comparable(connection, type.name)
                    || !stable(connection, fragments, entry.getValue())) {
                return null;
            }
            conditions.add("%s.%s IS DISTINCT FROM %s::%s".formatted(table.name(), Identifiers.quote(type.column),
                    entry.getValue(), type.name));
        }
        return "(" + String.join(" OR ", conditions) + ")";
    }

    static boolean comparable(Connection connection, String type) throws SQLException {
        try {
            Rows.execute(connection, "SELECT NULL::%1$s IS DISTINCT FROM NULL::%1$s".formatted(type));
            return true;
        } catch (SQLException e) {
            if (SqlStates.connectionLost(e)) {
                throw e;
            }
            return false;
        }
    }

    private static boolean stable(Connection connection, Fragments fragments, String expression) throws SQLException {
        return volatileCall(connection, fragments, expression).isEmpty();
    }

    /** A function in the expression that may answer something else for the same row. */
    static Optional<String> volatileCall(Connection connection, Fragments fragments, String expression)
            throws SQLException {
        String[] names = fragments.functions(expression).toArray(String[]::new);
        return Rows.first(connection,
                "SELECT proname FROM pg_proc WHERE proname = ANY (?) AND provolatile = 'v' ORDER BY proname LIMIT 1",
                row -> row.getString(1), (Object) names);
    }
}
