package dev.rubicon.engine.postgres;

import dev.rubicon.engine.TargetUnavailable;
import dev.rubicon.registry.TargetAccess;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A database as the template of a shadow. The template is read and never written. Everything in the shadow gets the shadow's
 * role as its owner, object by object: to make that role a member of the owners, or to reassign all that they own, would give
 * it the template too.
 */
final class CopiedDatabase {

    private static final int FILE_COPY_SINCE = 15;
    private static final int MOST_NOTES = 5;
    private static final String IN_USE = "55006";

    private static final String OTHERS = """
            SELECT count(*), string_agg(DISTINCT coalesce(nullif(application_name, ''), usename::text, '?'), ', ')
              FROM pg_catalog.pg_stat_activity
             WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type <> 'autovacuum worker'""";

    /** The file is written once, when the database is made; needs pg_read_server_files or a superuser. */
    private static final String MADE_AT = """
            SELECT (pg_catalog.pg_stat_file('base/' || oid || '/PG_VERSION')).modification
              FROM pg_catalog.pg_database WHERE datname = current_database()""";

    /**
     * Not those of extensions, and no sequence that belongs to a column, which goes with its table. Foreign tables stay their
     * owners', for their rows are elsewhere.
     */
    private static final String OWNED = """
            WITH member AS (SELECT classid, objid FROM pg_catalog.pg_depend WHERE deptype = 'e')
            SELECT 1 AS place, format('ALTER SCHEMA %I OWNER TO ', nspname) AS statement
              FROM pg_catalog.pg_namespace n
             WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
               AND pg_get_userbyid(nspowner) <> 'pg_database_owner'
               AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_namespace'::regclass AND m.objid = n.oid)
            UNION ALL
            SELECT 2, format('ALTER %s %s OWNER TO ', CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW'
                                WHEN 'S' THEN 'SEQUENCE' WHEN 'c' THEN 'TYPE' ELSE 'TABLE' END,
                             format('%I.%I', n.nspname, c.relname))
              FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'c') AND n.nspname !~ '^pg_'
               AND n.nspname <> 'information_schema'
               AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_class'::regclass AND m.objid = c.oid)
               AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
                                  AND c.relkind = 'S' AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0)
            UNION ALL
            SELECT 3, format('ALTER %s %s OWNER TO ', CASE p.prokind WHEN 'a' THEN 'AGGREGATE' ELSE 'ROUTINE' END,
                             p.oid::regprocedure)
              FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
             WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
               AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_proc'::regclass AND m.objid = p.oid)
            UNION ALL
            SELECT 4, format('ALTER %s %s OWNER TO ', CASE t.typtype WHEN 'd' THEN 'DOMAIN' ELSE 'TYPE' END,
                             format('%I.%I', n.nspname, t.typname))
              FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
             WHERE t.typtype IN ('e', 'd', 'r') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
               AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_type'::regclass AND m.objid = t.oid)
             ORDER BY 1, 2""";

    /** With them foreign tables would reach whatever live server the target's do. */
    private static final String MAPPINGS = """
            SELECT format('USER MAPPING FOR %s SERVER %I', CASE umuser WHEN 0 THEN 'PUBLIC' ELSE quote_ident(usename) END,
                          srvname)
              FROM pg_catalog.pg_user_mappings ORDER BY 1""";

    private final TargetAccess template;
    private final String name;

    CopiedDatabase(TargetAccess template, String name) {
        this.template = template;
        this.name = name;
    }

    /**
     * Sessions that are just ending are waited for, as the server does it, for 5 s.
     *
     * @throws TargetUnavailable while somebody is connected to the template
     */
    void make(Connection connection) throws SQLException {
        String database = Rows.first(connection, "SELECT quote_ident(current_database())", row -> row.getString(1))
                .orElseThrow();
        boolean files = connection.getMetaData().getDatabaseMajorVersion() >= FILE_COPY_SINCE;
        try {
            Rows.execute(connection, "CREATE DATABASE %s OWNER %s TEMPLATE %s%s".formatted(name, name, database,
                    files ? " STRATEGY FILE_COPY" : ""));
            ShadowServer.keepOthersOut(connection, name);
        } catch (SQLException e) {
            if (!IN_USE.equals(e.getSQLState())) {
                throw e;
            }
            throw new TargetUnavailable(
                    "The copy %s cannot be cloned while others are connected to it: %s. End them, and rehearse again"
                            .formatted(template.name(), others(connection)),
                    null);
        }
    }

    private static String others(Connection connection) throws SQLException {
        return Rows.first(connection, OTHERS, row -> "%d %s (%s)".formatted(row.getInt(1),
                row.getInt(1) == 1 ? "session" : "sessions", row.getString(2))).orElse("");
    }

    Optional<Instant> madeAt(Connection connection) throws SQLException {
        try {
            return Rows.first(connection, MADE_AT, row -> row.getTimestamp(1)).map(Timestamp::toInstant);
        } catch (SQLException mayNot) {
            return Optional.empty();
        }
    }

    private void cutOff(Connection connection) throws SQLException {
        for (String mapping : Rows.list(connection, MAPPINGS, row -> row.getString(1))) {
            try {
                Rows.execute(connection, "DROP " + mapping);
            } catch (SQLException e) {
                throw new TargetUnavailable(
                        ("The clone of %s could reach other servers by its %s, which may not be dropped "
                                + "there: drop it on %s, or let the account own its server (%s)")
                                .formatted(template.name(),
                                        mapping, template.name(), Connections.message(e, template)),
                        null);
            }
        }
    }

    /**
     * @param connection to the shadow, as the account that made it
     * @throws TargetUnavailable when the shadow could reach other servers
     */
    List<String> handOver(Connection connection) throws SQLException {
        cutOff(connection);
        Rows.execute(connection, "DROP SCHEMA IF EXISTS rubicon CASCADE");
        List<String> refused = new ArrayList<>();
        for (String statement : Rows.list(connection, OWNED, row -> row.getString(2))) {
            try {
                Rows.execute(connection, statement + name);
            } catch (SQLException e) {
                refused.add("%s%s is refused, so that a step cannot change it: %s".formatted(statement, name,
                        String.valueOf(e.getMessage()).lines().findFirst().orElse("")));
            }
        }
        return refused.size() <= MOST_NOTES
                ? refused
                : List.of(refused.getFirst(),
                        "… and " + (refused.size() - 1) + " more objects that stay their owners'");
    }
}
