package dev.rubicon.engine.postgres;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;
import org.postgresql.plugin.AuthenticationPlugin;
import org.postgresql.plugin.AuthenticationRequestType;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;

/**
 * Hands the password to the driver, unless the server asks for it in clear text over a connection that may be
 * unencrypted: whoever answers on that port could ask so. Public because the driver makes it by name.
 */
public final class PasswordGuard implements AuthenticationPlugin {

    private static final Set<String> ENCRYPTED = Set.of("require", "verify-ca", "verify-full");

    private final Properties connection;

    public PasswordGuard(Properties connection) {
        this.connection = connection;
    }

    @Override
    public char @Nullable [] getPassword(AuthenticationRequestType type) throws PSQLException {
        String mode = PGProperty.SSL_MODE.getOrDefault(connection);
        if (type == AuthenticationRequestType.CLEARTEXT_PASSWORD && (mode == null || !ENCRYPTED.contains(mode))
                && !isLoopback(PGProperty.PG_HOST.getOrDefault(connection))) {
            throw new PSQLException("The server asks for the password in clear text, and the URL does not demand TLS: "
                    + "add sslmode=verify-full (or require), or let the server use scram-sha-256",
                    PSQLState.CONNECTION_REJECTED);
        }
        String password = PGProperty.PASSWORD.getOrDefault(connection);
        return password == null ? null : password.toCharArray();
    }

    static boolean isLoopback(@Nullable String host) {
        try {
            return host == null || InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
