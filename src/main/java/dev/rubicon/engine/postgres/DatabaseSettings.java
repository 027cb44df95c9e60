package dev.rubicon.engine.postgres;

import dev.rubicon.engine.facts.Identifiers;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What ALTER DATABASE … SET says for everybody on a database, like its search path: by it statements mean other tables, and
 * no snapshot of what is in the database holds it. Settings with a point in their names are the application's, and may be data.
 */
final class DatabaseSettings {

    private static final String READ = """
            SELECT split_part(s.setting, '=', 1), substr(s.setting, strpos(s.setting, '=') + 1)
              FROM pg_catalog.pg_db_role_setting d, unnest(d.setconfig) AS s (setting)
             WHERE d.setrole = 0
               AND d.setdatabase = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
               AND strpos(split_part(s.setting, '=', 1), '.') = 0
             ORDER BY 1""";

    /**
     * Steps run with Rubicon's own limits, wherever they run, and what makes and fills a shadow should not run into the target's; a
     * shadow's sessions are its own role's.
     */
    private static final Set<String> LEFT_OUT = Set.of("role", "session_authorization", "statement_timeout",
            "lock_timeout", "transaction_timeout", "idle_in_transaction_session_timeout", "idle_session_timeout",
            "default_transaction_isolation",
            "default_transaction_read_only", "default_transaction_deferrable");

    /** A value of these is a list of quoted names, which must not become one name; the server takes it over from a session. */
    private static final Set<String> OF_NAMES = Set.of("search_path", "temp_tablespaces", "local_preload_libraries",
            "session_preload_libraries");

    private DatabaseSettings() {}

    /** Of the connection's database, by name. */
    static Map<String, String> read(Connection connection) throws SQLException {
        Map<String, String> settings = new LinkedHashMap<>();
        Rows.list(connection, READ, row -> Map.entry(row.getString(1), row.getString(2))).stream()
                .filter(each -> !LEFT_OUT.contains(each.getKey()))
                .forEach(each -> settings.put(each.getKey(), each.getValue()));
        return settings;
    }

    /**
     * Sets them for a database, from the next session on.
     *
     * @param connection of the database's owner
     * @return what the owner may not set, in sentences
     */
    static List<String> set(Connection connection, String database, Map<String, String> settings) {
        List<String> refused = new ArrayList<>();
        settings.forEach((name, value) -> {
            try {
                Rows.execute(connection, "ALTER DATABASE %s SET %s %s".formatted(Identifiers.quote(database),
                        Identifiers.quote(name), value(connection, name, value)));
            } catch (SQLException e) {
                refused.add("The shadow is without the target's setting %s: %s".formatted(name,
                        String.valueOf(e.getMessage()).lines().findFirst().orElse("")));
            }
        });
        return refused;
    }

    /** Not through the session where that can be helped: the driver closes it when some change there, like DateStyle. */
    private static String value(Connection connection, String name, String value) throws SQLException {
        if (!OF_NAMES.contains(name)) {
            return "TO " + Identifiers.literal(value);
        }
        Rows.first(connection, "SELECT set_config(?, ?, false)", row -> true, name, value);
        return "FROM CURRENT";
    }
}
