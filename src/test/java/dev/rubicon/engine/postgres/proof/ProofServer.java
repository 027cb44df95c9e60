package dev.rubicon.engine.postgres.proof;

import dev.rubicon.testing.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A database of its own on a server of one major version; proofs run in it one after the other.
 *
 * @param version the major version, as in 18
 */
record ProofServer(int version, String url, String user, String password) {

    /** A tablespace that is no copy of another place: a folder inside the data directory. */
    private static final String TABLESPACE = "rubicon_proofs";

    /** The database of the other tests, whatever version it has. */
    static ProofServer ofTheTests() {
        TestPostgres.Database database = TestPostgres.database();
        return at(database.url(), database.user(), database.password());
    }

    static ProofServer at(String url, String user, String password) {
        try (Connection connection = DriverManager.getConnection(url, user, password);
                Statement statement = connection.createStatement()) {
            try (var found = statement
                    .executeQuery("SELECT 1 FROM pg_tablespace WHERE spcname = '" + TABLESPACE + "'")) {
                if (!found.next()) {
                    makeTablespace(connection);
                }
            }
            return new ProofServer(connection.getMetaData().getDatabaseMajorVersion(), url, user, password);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void makeTablespace(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET allow_in_place_tablespaces = on");
            statement.execute("CREATE TABLESPACE " + TABLESPACE + " LOCATION ''");
        }
    }

    /** A session whose messages are English, and whose time zone is not UTC as on most desks. */
    Connection connect() throws SQLException {
        Connection connection = DriverManager.getConnection(url, user, password);
        run(connection, "SET lc_messages = 'C'; SET TimeZone = 'Europe/Berlin'");
        return connection;
    }

    /** Makes the world anew; the session keeps its settings. */
    void makeWorld(Connection connection) throws SQLException {
        run(connection, "DROP SCHEMA IF EXISTS public, archive, attic CASCADE; CREATE SCHEMA public;"
                + " DROP PUBLICATION IF EXISTS proofs; DROP ACCESS METHOD IF EXISTS second_heap CASCADE");
        run(connection, Proofs.WORLD);
    }

    static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
