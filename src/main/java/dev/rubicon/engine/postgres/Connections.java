package dev.rubicon.engine.postgres;

import dev.rubicon.engine.TargetUnavailable;
import dev.rubicon.registry.TargetAccess;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/** Opens connections to targets. Messages of failures never hold the password. */
final class Connections {

    private static final int CONNECT_SECONDS = 10;
    private static final int NAME_BYTES = 63;

    private Connections() {}

    /**
     * @param silence the longest that the server may leave a call unanswered before the connection counts as dead; zero
     *     for work, where a statement may take hours
     * @throws TargetUnavailable when the target cannot be reached or refuses
     */
    static Connection open(TargetAccess access, String applicationName, Duration silence) {
        Properties properties = new Properties();
        set(properties, PGProperty.USER, access.username());
        set(properties, PGProperty.PASSWORD, access.password());
        set(properties, PGProperty.APPLICATION_NAME, shortened(applicationName));
        set(properties, PGProperty.CONNECT_TIMEOUT, String.valueOf(CONNECT_SECONDS));
        set(properties, PGProperty.LOGIN_TIMEOUT, String.valueOf(2 * CONNECT_SECONDS));
        set(properties, PGProperty.SOCKET_TIMEOUT, String.valueOf(silence.toSeconds()));
        set(properties, PGProperty.TCP_KEEP_ALIVE, "true");
        set(properties, PGProperty.SOCKET_FACTORY, WatchfulSockets.class.getName());
        // a plan that is cached on the server breaks when a step changes the table under it
        set(properties, PGProperty.PREPARE_THRESHOLD, "0");
        set(properties, PGProperty.AUTHENTICATION_PLUGIN_CLASS_NAME, PasswordGuard.class.getName());
        try {
            Connection connection = new Driver().connect(access.url(), properties);
            if (connection == null) {
                throw new TargetUnavailable("The URL of " + access.name() + " is not one of PostgreSQL", null);
            }
            return connection;
        } catch (SQLException e) {
            throw new TargetUnavailable(access.name() + " cannot be reached: " + message(e, access), null);
        }
    }

    /** The server's or driver's message, with the password blotted out should it be part of it. */
    static String message(SQLException e, TargetAccess access) {
        String message = String.valueOf(e.getMessage()).strip();
        String password = access.password();
        return password == null || password.isEmpty() ? message : message.replace(password, "***");
    }

    /** PostgreSQL cuts application names after 63 bytes; a cut inside a character would be an error. */
    static String shortened(String applicationName) {
        String name = applicationName.replaceAll("[^\\x20-\\x7e]", "?");
        return name.length() <= NAME_BYTES ? name : name.substring(0, NAME_BYTES);
    }

    /** Whether the connection is gone, by an error of it or by now. */
    static boolean lost(Connection connection, SQLException e) {
        try {
            return SqlStates.connectionLost(e) || connection.isClosed();
        } catch (SQLException broken) {
            return true;
        }
    }

    static void closeQuietly(@Nullable Connection connection) {
        if (connection == null) {
            return;
        }
        try {
            connection.close();
        } catch (SQLException alreadyGone) {
            return;
        }
    }

    private static void set(Properties properties, PGProperty property, @Nullable String value) {
        if (value != null) {
            property.set(properties, value);
        }
    }
}
