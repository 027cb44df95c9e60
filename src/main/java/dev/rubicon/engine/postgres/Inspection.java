package dev.rubicon.engine.postgres;

import dev.rubicon.engine.TargetUnavailable;
import dev.rubicon.registry.TargetAccess;
import dev.rubicon.registry.TargetCheck;
import dev.rubicon.registry.TargetCheck.Item;
import dev.rubicon.registry.TargetCheck.State;
import dev.rubicon.registry.TargetIdentity;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/** One look at a target: what Rubicon may and may not do there. Changes nothing. */
final class Inspection {

    private static final int OLDEST = 140000;
    /** 14.0 to 14.3 lose rows that are changed while an index is built or rebuilt concurrently. */
    private static final int BUILDS_CONCURRENTLY = 140004;
    private static final Duration SILENCE = Duration.ofSeconds(15);
    private static final String NAME = "rubicon checks";

    private final TargetAccess access;
    private final Instant now;
    private final List<Item> items = new ArrayList<>();

    Inspection(TargetAccess access, Instant now) {
        this.access = access;
        this.now = now;
    }

    TargetCheck check() {
        Connection connection = null;
        try {
            connection = Connections.open(access, NAME, SILENCE);
            items.add(new Item("connect", State.OK, "Connected as " + text(connection, "SELECT current_user")));
            return looked(connection);
        } catch (TargetUnavailable e) {
            items.add(new Item("connect", State.MISSING, String.valueOf(e.getMessage())));
            return new TargetCheck(false, null, null, items, now);
        } catch (SQLException e) {
            items.add(new Item("connect", State.MISSING, "The check broke off: " + Connections.message(e, access)));
            return new TargetCheck(false, null, null, items, now);
        } finally {
            Connections.closeQuietly(connection);
        }
    }

    private TargetCheck looked(Connection connection) throws SQLException {
        String version = text(connection, "SHOW server_version");
        version(connection, version);
        pooler(connection);
        writable(connection);
        schema(connection);
        membership(connection, "statistics", "pg_read_all_stats",
                "Rubicon sees what sessions of other roles run when they hold a lock",
                "Rubicon can name sessions that hold a lock, but not what they run");
        membership(connection, "signal", "pg_signal_backend",
                "Operators may cancel sessions of other roles where the policy allows it",
                "Rubicon cannot cancel sessions of other roles that hold a lock");
        transport(connection);
        TargetIdentity identity = identity(connection);
        boolean ok = items.stream().noneMatch(item -> item.state() == State.MISSING);
        return new TargetCheck(ok, version, identity, items, now);
    }

    private void version(Connection connection, String version) throws SQLException {
        items.add(version(Integer.parseInt(text(connection, "SHOW server_version_num")), version));
    }

    static Item version(int number, String version) {
        if (number < OLDEST) {
            return new Item("version", State.MISSING,
                    "PostgreSQL " + version + " is too old; Rubicon needs 14 or newer");
        }
        return number < BUILDS_CONCURRENTLY
                ? new Item("version", State.LIMITED,
                        "PostgreSQL " + version + " can build corrupt indexes concurrently; "
                                + "update to 14.4 or newer and rebuild those that are there with REINDEX CONCURRENTLY")
                : new Item("version", State.OK, "PostgreSQL " + version);
    }

    private void pooler(Connection connection) throws SQLException {
        Connection second = Connections.open(access, NAME, SILENCE);
        try {
            items.add(PoolerSign.of(connection, second).found()
                    ? new Item("pooler", State.MISSING, PoolerSign.REASON)
                    : new Item("pooler", State.OK, "Each connection has a session of its own"));
        } finally {
            Connections.closeQuietly(second);
        }
    }

    private void writable(Connection connection) throws SQLException {
        items.add(flag(connection, "SELECT pg_is_in_recovery()")
                ? new Item("writable", State.MISSING, "The server is a standby; point the URL to its primary")
                : new Item("writable", State.OK, "The server takes writes"));
    }

    private void schema(Connection connection) throws SQLException {
        boolean exists = flag(connection, "SELECT to_regnamespace('rubicon') IS NOT NULL");
        boolean allowed = flag(connection, exists
                ? LEDGER_WRITABLE
                : "SELECT has_database_privilege(current_database(), 'CREATE')");
        String name = exists ? "use-schema" : "create-schema";
        items.add(allowed
                ? new Item(name, State.OK, exists
                        ? "Schema rubicon is there and can be written"
                        : "Schema rubicon can be created; the ledger goes there")
                : new Item(name, State.MISSING, exists
                        ? "Schema rubicon is there, but this role may not write it: "
                                + "GRANT USAGE, CREATE ON SCHEMA rubicon and SELECT, INSERT, UPDATE, DELETE on its tables"
                        : "Schema rubicon cannot be created: GRANT CREATE ON DATABASE to this role, or let an "
                                + "administrator run CREATE SCHEMA rubicon AUTHORIZATION for it"));
    }

    /** Either all tables are there and may be written, or they may be created. */
    private static final String LEDGER_WRITABLE = """
            SELECT has_schema_privilege('rubicon', 'USAGE')
               AND (has_schema_privilege('rubicon', 'CREATE') OR count(*) = 7)
               AND coalesce(bool_and(has_table_privilege(c.oid, 'SELECT')
                                     AND has_table_privilege(c.oid, 'INSERT')
                                     AND (c.relname = 'ledger' OR has_table_privilege(c.oid, 'UPDATE'))), true)
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = 'rubicon' AND c.relkind = 'r'
              AND c.relname IN ('ledger', 'fence', 'backfill_cursor', 'backfill_range', 'backfill_quarantine', 'backfill_evidence',
                                'index_intent')""";

    private void membership(Connection connection, String name, String role, String with, String without)
            throws SQLException {
        boolean member = flag(connection, "SELECT pg_has_role(current_user, '" + role + "', 'USAGE')");
        items.add(member
                ? new Item(name, State.OK, with)
                : new Item(name, State.LIMITED, without + ": GRANT " + role + " to this role to mend it"));
    }

    private void transport(Connection connection) throws SQLException {
        boolean encrypted = flag(connection,
                "SELECT coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false)");
        if (encrypted) {
            items.add(new Item("transport", State.OK, "The connection is encrypted"));
        } else if (PasswordGuard.isLoopback(place(PGProperty.PG_HOST))) {
            items.add(new Item("transport", State.OK, "The connection does not leave this machine"));
        } else {
            items.add(new Item("transport", State.LIMITED, "The connection is not encrypted: whoever is on the way can "
                    + "read and change it; add sslmode=verify-full to the URL"));
        }
    }

    private TargetIdentity identity(Connection connection) throws SQLException {
        String system = "";
        try {
            system = text(connection, "SELECT system_identifier::text FROM pg_control_system()");
            items.add(new Item("identity", State.OK, "The server's system identifier is " + system));
        } catch (SQLException e) {
            items.add(new Item("identity", State.LIMITED, "The server's system identifier may not be read: two URLs of "
                    + "one server look like two databases; GRANT EXECUTE ON FUNCTION pg_control_system() to this role"));
        }
        String port = place(PGProperty.PG_PORT);
        return new TargetIdentity(String.valueOf(place(PGProperty.PG_HOST)), port == null ? 0 : Integer.parseInt(port),
                text(connection, "SELECT current_database()"), system);
    }

    private @Nullable String place(PGProperty property) {
        Properties parsed = Driver.parseURL(access.url(), new Properties());
        String value = parsed == null ? null : property.getOrDefault(parsed);
        return value == null ? null : value.split(",", -1)[0];
    }

    private static String text(Connection connection, String sql) throws SQLException {
        return Rows.first(connection, sql, row -> row.getString(1)).orElse("");
    }

    private static boolean flag(Connection connection, String sql) throws SQLException {
        return Rows.first(connection, sql, row -> row.getBoolean(1)).orElse(false);
    }
}
