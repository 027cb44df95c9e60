package dev.rubicon.demo;

import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;

/** The databases of a small shop, on the server of the control database, each with a login role of its own. */
final class ShopDatabases {

    private static final Logger log = LoggerFactory.getLogger(ShopDatabases.class);

    private static final Pattern URL = Pattern.compile("(jdbc:postgresql://[^/]*/)[^?]*(?:\\?.*)?");

    private final JdbcConnectionDetails control;

    ShopDatabases(JdbcConnectionDetails control) {
        this.control = control;
    }

    /** How to connect to one. */
    record Shop(String url, String user, String password) {
        @Override
        public String toString() {
            return url;
        }
    }

    /**
     * What a database holds at first.
     *
     * @param last the table that is made last
     */
    record Content(String last, String sql) {

        /** Users and their orders. */
        static Content shop(int users) {
            return new Content("orders", """
                    CREATE TABLE users (
                        id bigint PRIMARY KEY, username text, email text, created_at timestamptz NOT NULL);
                    INSERT INTO users
                    SELECT i, 'user' || i, 'user' || i || '@example.org', now() - i * interval '1 minute'
                      FROM generate_series(1, %1$d) i;
                    CREATE TABLE orders (
                        id bigint PRIMARY KEY, user_id bigint NOT NULL, total_cents int NOT NULL,
                        ordered_at timestamptz NOT NULL);
                    INSERT INTO orders
                    SELECT i, 1 + i * 7919::bigint %% %1$d, 100 + i %% 20000, now() - i * interval '1 minute'
                      FROM generate_series(1, %1$d) i;
                    ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users (id);
                    ANALYZE users;
                    ANALYZE orders
                    """.formatted(users));
        }

        /** Customers, two of them with one email, and three invoices for each. */
        static Content billing(int customers) {
            return new Content("invoices", """
                    CREATE TABLE customers (
                        id bigint PRIMARY KEY, name text NOT NULL, email text NOT NULL,
                        legacy_flags int NOT NULL DEFAULT 0);
                    INSERT INTO customers (id, name, email)
                    SELECT i, 'First' || i || ' Last' || i, 'customer' || greatest(i, 2) || '@example.org'
                      FROM generate_series(1, %1$d) i;
                    CREATE TABLE invoices (
                        id bigint PRIMARY KEY, customer_id bigint NOT NULL, total_cents int NOT NULL, region text NOT NULL,
                        issued_at timestamptz NOT NULL);
                    INSERT INTO invoices
                    SELECT i, 1 + i %% %1$d, 100 + i %% 20000, (ARRAY['eu', 'us', 'asia'])[1 + i %% 3],
                           now() - i * interval '1 minute'
                      FROM generate_series(1, 3 * %1$d) i;
                    ALTER TABLE invoices ADD FOREIGN KEY (customer_id) REFERENCES customers (id);
                    ANALYZE customers;
                    ANALYZE invoices
                    """.formatted(customers));
        }

        /** A tenant's few settings. */
        static Content tenant(String locale) {
            return new Content("settings", """
                    CREATE TABLE settings (id bigint PRIMARY KEY, locale text, theme text);
                    INSERT INTO settings SELECT i, CASE WHEN i = 1 THEN '%s' ELSE 'en' END, 'light'
                      FROM generate_series(1, 200) i;
                    ANALYZE settings
                    """.formatted(locale));
        }
    }

    /**
     * Makes the database, or what is missing of it. The role gets a new password each time, so this is for databases
     * that nobody has registered yet.
     */
    Shop make(String name, Content content) throws SQLException {
        String password = newPassword();
        try (Connection connection = DriverManager.getConnection(control.getJdbcUrl(), control.getUsername(),
                control.getPassword()); Statement statement = connection.createStatement()) {
            if (!exists(statement, "SELECT FROM pg_roles WHERE rolname = '" + name + "'")) {
                statement.execute("CREATE ROLE " + name + " LOGIN");
            }
            statement.execute("ALTER ROLE " + name + " PASSWORD '" + password + "'");
            letItSeeHolders(statement, name);
            if (!exists(statement, "SELECT FROM pg_database WHERE datname = '" + name + "'")) {
                statement.execute("CREATE DATABASE " + name + " OWNER " + name);
            }
        }
        Shop shop = new Shop(url(name), name, password);
        fill(shop, content);
        return shop;
    }

    /** Who holds a lock is named only to whom these are granted; a control database of somebody else may not let us. */
    private static void letItSeeHolders(Statement statement, String role) {
        try {
            statement.execute("GRANT pg_read_all_stats, pg_signal_backend TO " + role);
        } catch (SQLException e) {
            log.warn("{} sees no more of other sessions than that they are there ({}): an administrator of the server "
                    + "may GRANT pg_read_all_stats, pg_signal_backend TO {}", role, e.getMessage(), role);
        }
    }

    private static boolean exists(Statement statement, String query) throws SQLException {
        try (var rows = statement.executeQuery(query)) {
            return rows.next();
        }
    }

    private static String newPassword() {
        byte[] random = new byte[18];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    private String url(String database) {
        Matcher url = URL.matcher(control.getJdbcUrl());
        if (!url.matches()) {
            throw new DemoFailed(
                    "there is no making databases beside " + control.getJdbcUrl().replaceFirst("\\?.*", ""));
        }
        return url.group(1) + database;
    }

    /** All in one transaction: where the last table is, all is full. */
    private static void fill(Shop shop, Content content) throws SQLException {
        try (Connection connection = DriverManager.getConnection(shop.url, shop.user, shop.password);
                Statement statement = connection.createStatement()) {
            if (exists(statement, "SELECT FROM pg_class WHERE oid = to_regclass('public." + content.last + "')")) {
                return;
            }
            connection.setAutoCommit(false);
            statement.execute(content.sql);
            connection.commit();
        }
    }

    /** What somebody does by hand to a database of the demo, past Rubicon. */
    void byHand(String name, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url(name), control.getUsername(),
                control.getPassword()); Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
