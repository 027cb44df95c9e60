package dev.rubicon.security;

import dev.rubicon.paging.Cursor;
import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The table {@code api_token}. */
@Repository
class TokenRows {

    private final JdbcClient jdbc;

    TokenRows(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** A good token, as the actor it makes. */
    record Holder(UUID id, Actor actor, @Nullable Instant lastUsedAt) {}

    Optional<Holder> holder(byte[] hash, Instant now) {
        return jdbc.sql("""
                SELECT t.*, ARRAY(SELECT r.environment || ' ' || r.role FROM account_role r
                                  WHERE r.account = t.owner) AS roles
                FROM api_token t JOIN account a ON a.name = t.owner
                WHERE t.hash = ? AND t.revoked_at IS NULL AND t.expires_at > ?
                  AND NOT a.disabled AND a.deleted_at IS NULL
                """).params(hash, utc(now)).query((row, n) -> {
            ApiToken token = token(row, n);
            return new Holder(token.id(), new Actor(token.owner(), token.name(),
                    AccountRows.roles(row.getArray("roles")), token.scopes()), token.lastUsedAt());
        }).optional();
    }

    void used(UUID id, Instant now) {
        jdbc.sql("UPDATE api_token SET last_used_at = ? WHERE id = ?").params(utc(now), id).update();
    }

    Optional<ApiToken> find(UUID id) {
        return jdbc.sql("SELECT * FROM api_token WHERE id = ?").param(id).query(TokenRows::token).optional();
    }

    List<ApiToken> newest(@Nullable String owner, int limit) {
        return jdbc.sql("""
                SELECT * FROM api_token WHERE (:owner::text IS NULL OR owner = :owner)
                ORDER BY created_at DESC, id DESC LIMIT :limit
                """).param("owner", owner).param("limit", limit).query(TokenRows::token).list();
    }

    List<ApiToken> before(@Nullable String owner, Cursor from, int limit) {
        return jdbc.sql("""
                SELECT * FROM api_token
                WHERE (:owner::text IS NULL OR owner = :owner) AND (created_at, id) < (:at, :id)
                ORDER BY created_at DESC, id DESC LIMIT :limit
                """).param("owner", owner).param("at", utc(Instant.EPOCH.plus(from.number(0), ChronoUnit.MICROS)))
                .param("id", id(from)).param("limit", limit).query(TokenRows::token).list();
    }

    void insert(ApiToken token, byte[] hash) {
        jdbc.sql("""
                INSERT INTO api_token (id, name, owner, hash, scopes, expires_at, created_at, created_by)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """).params(token.id(), token.name(), token.owner(), hash,
                token.scopes().stream().map(Scope::name).toArray(String[]::new), utc(token.expiresAt()),
                utc(token.createdAt()), token.owner()).update();
    }

    /** @return false when it was revoked before */
    boolean revoke(UUID id, Instant now) {
        return jdbc.sql("UPDATE api_token SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL")
                .params(utc(now), id).update() == 1;
    }

    private static ApiToken token(ResultSet row, int number) throws SQLException {
        Set<Scope> scopes = EnumSet.noneOf(Scope.class);
        for (String scope : (String[]) row.getArray("scopes").getArray()) {
            scopes.add(Scope.valueOf(scope));
        }
        return new ApiToken(row.getObject("id", UUID.class), row.getString("name"), row.getString("owner"), scopes,
                AccountRows.instant(row, "expires_at"), AccountRows.instant(row, "created_at"),
                optional(row, "last_used_at"), optional(row, "revoked_at"));
    }

    private static @Nullable Instant optional(ResultSet row, String column) throws SQLException {
        OffsetDateTime at = row.getObject(column, OffsetDateTime.class);
        return at == null ? null : at.toInstant();
    }

    private static UUID id(Cursor from) {
        try {
            return UUID.fromString(from.key().get(1));
        } catch (IllegalArgumentException e) {
            throw new Problem(ProblemType.BAD_REQUEST, "'cursor' is none that this list gave out");
        }
    }

    private static OffsetDateTime utc(Instant instant) {
        return OffsetDateTime.ofInstant(instant, ZoneOffset.UTC);
    }
}
