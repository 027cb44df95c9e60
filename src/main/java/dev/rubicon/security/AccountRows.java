package dev.rubicon.security;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The tables {@code account} and {@code account_role}. */
@Repository
class AccountRows {

    private static final String ROLES = """
            ARRAY(SELECT r.environment || ' ' || r.role FROM account_role r WHERE r.account = a.name) AS roles
            """;

    private static final String SELECT = "SELECT a.*, " + ROLES + " FROM account a WHERE a.deleted_at IS NULL ";

    private final JdbcClient jdbc;
    private final Clock clock;

    AccountRows(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** An account with what proves its owner. */
    record Row(Account account, @Nullable String passwordHash, long credentials) {
        @Override
        public String toString() {
            return "Row[" + account.name() + "]";
        }
    }

    Optional<Row> find(String name) {
        return jdbc.sql(SELECT + "AND a.name = ?").param(name).query(AccountRows::row).optional();
    }

    /** Locks the row until the transaction ends. */
    Optional<Row> lock(String name) {
        return jdbc.sql(SELECT + "AND a.name = ? FOR UPDATE OF a").param(name).query(AccountRows::row).optional();
    }

    List<Account> after(String name, int limit) {
        return jdbc.sql(SELECT + "AND a.name > ? ORDER BY a.name LIMIT ?").params(name, limit)
                .query((rows, n) -> row(rows, n).account()).list();
    }

    /** Whether there was never an account. */
    boolean none() {
        return jdbc.sql("SELECT NOT EXISTS (SELECT FROM account)").query(Boolean.class).single();
    }

    /** @return false when the name was taken, now or before */
    boolean insert(String name, String fullName, String passwordHash) {
        return jdbc.sql("""
                INSERT INTO account (name, full_name, password_hash, created_at) VALUES (?, ?, ?, ?)
                ON CONFLICT DO NOTHING
                """).params(name, fullName, passwordHash, now()).update() == 1;
    }

    void putRoles(String name, Map<String, Set<Role>> roles) {
        jdbc.sql("DELETE FROM account_role WHERE account = ?").param(name).update();
        roles.forEach((environment, held) -> held.forEach(role -> jdbc
                .sql("INSERT INTO account_role (account, environment, role) VALUES (?, ?, ?)")
                .params(name, environment, role.name()).update()));
    }

    void update(String name, String fullName, boolean disabled) {
        jdbc.sql("UPDATE account SET full_name = ?, disabled = ?, version = version + 1 WHERE name = ?")
                .params(fullName, disabled, name).update();
    }

    void putPassword(String name, String hash) {
        jdbc.sql("UPDATE account SET password_hash = ?, credentials = credentials + 1 WHERE name = ?")
                .params(hash, name).update();
    }

    /** Takes roles, password and tokens away for good; the name stays taken. */
    void retire(String name) {
        jdbc.sql("DELETE FROM account_role WHERE account = ?").param(name).update();
        jdbc.sql("UPDATE api_token SET revoked_at = ? WHERE owner = ? AND revoked_at IS NULL").params(now(), name)
                .update();
        jdbc.sql("UPDATE account SET deleted_at = ?, disabled = true, password_hash = NULL WHERE name = ?")
                .params(now(), name).update();
    }

    /**
     * How many could still make everybody's accounts. The table lock (against other changes, not against readers) keeps
     * two administrators from removing each other in the same moment; changes of accounts are rare.
     */
    int administrators() {
        jdbc.sql("LOCK TABLE account IN SHARE ROW EXCLUSIVE MODE").update();
        return jdbc.sql("""
                SELECT count(*) FROM account a JOIN account_role r ON r.account = a.name
                WHERE a.deleted_at IS NULL AND NOT a.disabled AND r.environment = '*' AND r.role = 'ADMIN'
                """).query(Integer.class).single();
    }

    private OffsetDateTime now() {
        return OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC);
    }

    private static Row row(ResultSet rows, int number) throws SQLException {
        Account account = new Account(rows.getString("name"), rows.getString("full_name"),
                rows.getBoolean("disabled"), roles(rows.getArray("roles")), instant(rows, "created_at"),
                rows.getLong("version"));
        return new Row(account, rows.getString("password_hash"), rows.getLong("credentials"));
    }

    static Map<String, Set<Role>> roles(Array array) throws SQLException {
        Map<String, Set<Role>> roles = new TreeMap<>();
        for (String grant : (String[]) array.getArray()) {
            int space = grant.indexOf(' ');
            roles.computeIfAbsent(grant.substring(0, space), environment -> EnumSet.noneOf(Role.class))
                    .add(Role.valueOf(grant.substring(space + 1)));
        }
        return roles;
    }

    static Instant instant(ResultSet rows, String column) throws SQLException {
        return rows.getObject(column, OffsetDateTime.class).toInstant();
    }
}
