package dev.rubicon.engine.postgres.schema;

import dev.rubicon.engine.TargetUnavailable;
import dev.rubicon.engine.schema.Rebuilt;
import dev.rubicon.engine.schema.SchemaObject.Kind;
import dev.rubicon.engine.schema.SchemaSnapshot;
import dev.rubicon.engine.schema.SchemaStatement;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Runs the script of a snapshot on an empty database. Statements go in bundles, each a transaction, so that no transaction
 * holds more locks than a server has room for; a bundle that fails is gone through one by one, and what fails is told.
 */
public final class Rebuilding {

    private static final int BUNDLE = 200;
    /** Bodies of functions are not looked into, for what they name may come later; and what a database sets is unset. */
    private static final List<String> SETTINGS = List.of("search_path = ''", "check_function_bodies = off",
            "client_min_messages = warning", "row_security = off", "default_tablespace = ''",
            "default_table_access_method = heap", "standard_conforming_strings = on", "timezone = 'UTC'",
            "xmloption = content", "lock_timeout = 0", "statement_timeout = 0");
    private static final String OCCUPIED = Family.filled("""
            SELECT c.oid::regclass FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE {ours n} AND {free c}
             UNION ALL
            SELECT p.oid::regproc FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
             WHERE {ours n} AND {free p}
             LIMIT 1""".replace("c.oid::regclass", "c.oid::regclass::text").replace("p.oid::regproc",
            "p.oid::regproc::text"));

    private final Connection connection;
    private final List<Rebuilt.LeftOut> leftOut = new ArrayList<>();
    private final List<Rebuilt.Refused> refused = new ArrayList<>();
    private int ran;

    /** @param connection in autocommit, to the empty database; it is not used for anything else afterwards */
    public Rebuilding(Connection connection) {
        this.connection = connection;
    }

    /**
     * @throws SQLException when the connection breaks
     * @throws TargetUnavailable when the database is not empty: nothing was done
     */
    public Rebuilt run(SchemaSnapshot snapshot) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            demandEmpty(statement);
            for (String setting : SETTINGS) {
                statement.execute("SET " + setting);
            }
            clear(statement, snapshot);
            List<SchemaStatement> script = possible(statement, snapshot.script());
            connection.setAutoCommit(false);
            for (int from = 0; from < script.size(); from += BUNDLE) {
                bundle(statement, script.subList(from, Math.min(from + BUNDLE, script.size())));
            }
            connection.setAutoCommit(true);
        }
        return new Rebuilt(ran, leftOut, refused);
    }

    private static void demandEmpty(Statement statement) throws SQLException {
        try (ResultSet found = statement.executeQuery(OCCUPIED)) {
            if (found.next()) {
                throw new TargetUnavailable("The database is not empty: it has " + found.getString(1), null);
            }
        }
    }

    /** A new database has a schema {@code public}, which everybody may use and which bears a comment. */
    private static void clear(Statement statement, SchemaSnapshot snapshot) throws SQLException {
        boolean kept = snapshot.objects().stream()
                .anyMatch(each -> each.kind() == Kind.SCHEMA && each.name().equals("public"));
        if (kept) {
            statement.execute("CREATE SCHEMA IF NOT EXISTS public");
            statement.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC");
            statement.execute("COMMENT ON SCHEMA public IS NULL");
        } else {
            statement.execute("DROP SCHEMA IF EXISTS public");
        }
    }

    private List<SchemaStatement> possible(Statement statement, List<SchemaStatement> script) throws SQLException {
        Set<String> roles = new HashSet<>();
        try (ResultSet found = statement.executeQuery("SELECT rolname FROM pg_roles")) {
            while (found.next()) {
                roles.add(found.getString(1));
            }
        }
        List<SchemaStatement> possible = new ArrayList<>();
        for (SchemaStatement each : script) {
            each.roles().stream().filter(role -> !roles.contains(role)).sorted().findFirst().ifPresentOrElse(
                    missing -> leftOut.add(new Rebuilt.LeftOut(each, missing)), () -> possible.add(each));
        }
        return possible;
    }

    private void bundle(Statement statement, List<SchemaStatement> bundle) throws SQLException {
        try {
            for (SchemaStatement each : bundle) {
                statement.addBatch(each.sql());
            }
            statement.executeBatch();
            connection.commit();
            ran += bundle.size();
        } catch (BatchUpdateException e) {
            connection.rollback();
            for (SchemaStatement each : bundle) {
                single(statement, each);
            }
        } finally {
            statement.clearBatch();
        }
    }

    private void single(Statement statement, SchemaStatement one) throws SQLException {
        try {
            statement.execute(one.sql());
            connection.commit();
            ran++;
        } catch (SQLException e) {
            if (!connection.isValid(5)) {
                throw e;
            }
            connection.rollback();
            refused.add(new Rebuilt.Refused(one, String.valueOf(e.getMessage()).strip()));
        }
    }
}
