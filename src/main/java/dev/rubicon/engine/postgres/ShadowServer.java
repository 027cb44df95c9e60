package dev.rubicon.engine.postgres;

import dev.rubicon.engine.Filled;
import dev.rubicon.engine.Likeness;
import dev.rubicon.engine.Shadows;
import dev.rubicon.engine.TargetUnavailable;
import dev.rubicon.engine.facts.Identifiers;
import dev.rubicon.engine.postgres.schema.Rebuilding;
import dev.rubicon.engine.schema.Rebuilt;
import dev.rubicon.engine.schema.SchemaSnapshot;
import dev.rubicon.engine.schema.SchemaStatement;
import dev.rubicon.registry.JdbcUrl;
import dev.rubicon.registry.TargetAccess;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Makes and drops shadows. What runs on one was approved by nobody yet: so it runs as a role that owns this one database and
 * has no rights on the server, and never as the account that makes databases.
 */
final class ShadowServer implements Shadows {

    private static final Duration SILENCE = Duration.ofMinutes(5);
    /** A clone of a large database is silent for hours; so may be what ends it. */
    private static final Duration AS_LONG_AS_IT_TAKES = Duration.ZERO;
    private static final int PUBLIC_IS_THE_OWNERS_SINCE = 15;
    private static final Pattern NAME = Pattern.compile(PREFIX + "[0-9a-f]{8}_[0-9]+_[0-9]+");
    /** Marks the roles that stand in for those of a target: without a login and without rights. */
    private static final String STAND_IN = "Made by Rubicon for rehearsals";
    private static final Pattern OWNER = Pattern.compile("\\bOWNER TO\\b");

    private final TargetAccess server;

    ShadowServer(TargetAccess server) {
        this.server = server;
    }

    private interface Body<T> {
        T with(Connection connection) throws SQLException;
    }

    private <T> T asked(Body<T> body) {
        return connected(SILENCE, body);
    }

    private <T> T worked(Body<T> body) {
        return connected(AS_LONG_AS_IT_TAKES, body);
    }

    private <T> T connected(Duration silence, Body<T> body) {
        try (Connection connection = Connections.open(server, "rubicon makes shadows", silence)) {
            return body.with(connection);
        } catch (SQLException e) {
            throw new TargetUnavailable("The rehearsal server refuses: " + Connections.message(e, server), null);
        }
    }

    @Override
    public int serverVersion() {
        return asked(connection -> connection.getMetaData().getDatabaseMajorVersion());
    }

    @Override
    public List<String> names() {
        return asked(connection -> Rows.list(connection,
                """
                SELECT datname FROM pg_catalog.pg_database WHERE starts_with(datname, ?)
                 UNION SELECT rolname FROM pg_catalog.pg_roles WHERE starts_with(rolname, ?)
                 ORDER BY 1""", row -> row.getString(1), PREFIX, PREFIX).stream()
                .filter(name -> NAME.matcher(name).matches()).toList());
    }

    @Override
    public void drop(String name) {
        demandShadow(name);
        worked(connection -> {
            Rows.execute(connection, "DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
            Rows.execute(connection, "DROP ROLE IF EXISTS " + name);
            return name;
        });
        if (names().isEmpty()) {
            asked(ShadowServer::dropStandIns);
        }
    }

    private static int dropStandIns(Connection connection) throws SQLException {
        List<String> roles = Rows.list(connection, """
                SELECT r.rolname FROM pg_catalog.pg_roles r
                 WHERE pg_catalog.shobj_description(r.oid, 'pg_authid') = ? AND NOT r.rolcanlogin
                """, row -> row.getString(1), STAND_IN);
        for (String role : roles) {
            try {
                Rows.execute(connection, "DROP ROLE IF EXISTS " + Identifiers.quote(role));
            } catch (SQLException stillUsed) {
                continue; // somebody gave it something to own meanwhile: then it is theirs
            }
        }
        return roles.size();
    }

    @Override
    public Made make(String name, String password, SchemaSnapshot schema, Likeness likeness) {
        demandShadow(name);
        List<String> notes = new ArrayList<>();
        Set<String> standIns = worked(connection -> {
            makeRole(connection, name, password);
            Set<String> made = standIns(connection, schema);
            for (String role : made) {
                Rows.execute(connection, "GRANT %s TO %s".formatted(Identifiers.quote(role), name));
            }
            create(connection, name, likeness, notes);
            keepOthersOut(connection, name);
            return made;
        });
        if (serverVersion() < PUBLIC_IS_THE_OWNERS_SINCE) {
            ownPublic(name);
        }
        TargetAccess access = access(name, password);
        Rebuilt rebuilt = rebuild(access, schema, standIns, notes);
        notes.addAll(set(access, likeness.settings()));
        return new Made(access, rebuilt, List.copyOf(notes));
    }

    /** As the shadow's role, which may set what needs no rights on the server. */
    private static List<String> set(TargetAccess access, Map<String, String> settings) {
        try (Connection connection = Connections.open(access, "rubicon makes shadows", SILENCE)) {
            return DatabaseSettings.set(connection, access.name(), settings);
        } catch (SQLException e) {
            throw new TargetUnavailable("The shadow could not be set up: " + Connections.message(e, access), null);
        }
    }

    /** The schema {@code public} of a new database belongs to the server's first superuser there, and not to its owner. */
    private void ownPublic(String name) {
        try (Connection connection = Connections.open(asMaker(name), "rubicon makes shadows", SILENCE)) {
            Rows.execute(connection, "ALTER SCHEMA public OWNER TO " + name);
        } catch (SQLException e) {
            throw new TargetUnavailable(
                    "Up to PostgreSQL 14 the account for shadows has to be a superuser, for the schema "
                            + "public of a new database is one's: " + Connections.message(e, server),
                    null);
        }
    }

    private TargetAccess asMaker(String name) {
        return new TargetAccess(name, server.engine(), server.environment(), url(name), server.username(),
                server.password(), Map.of());
    }

    private void makeRole(Connection connection, String name, String password) throws SQLException {
        boolean roles = Rows.first(connection,
                "SELECT rolsuper OR rolcreaterole FROM pg_catalog.pg_roles WHERE rolname = current_user",
                row -> row.getBoolean(1)).orElse(false);
        if (!roles) {
            throw new TargetUnavailable("The account " + server.username() + " may not make roles on the rehearsal "
                    + "server; give it CREATEDB and CREATEROLE", null);
        }
        Rows.execute(connection, "CREATE ROLE %s LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD %s"
                .formatted(name, Identifiers.literal(password)));
        Rows.execute(connection, "GRANT " + name + " TO CURRENT_USER");
    }

    @Override
    public Copied copy(String name, String password) {
        demandShadow(name);
        CopiedDatabase copied = new CopiedDatabase(server, name);
        Map<String, String> settings = new HashMap<>();
        Optional<Instant> madeAt = worked(connection -> {
            makeRole(connection, name, password);
            copied.make(connection);
            settings.putAll(DatabaseSettings.read(connection));
            return copied.madeAt(connection);
        });
        try (Connection connection = Connections.open(asMaker(name), "rubicon makes shadows",
                AS_LONG_AS_IT_TAKES)) {
            List<String> notes = new ArrayList<>(copied.handOver(connection));
            notes.addAll(set(access(name, password), settings));
            return new Copied(access(name, password), madeAt.orElse(null), notes);
        } catch (SQLException e) {
            throw new TargetUnavailable("The copy could not be handed over to the shadow's role: "
                    + Connections.message(e, server), null);
        }
    }

    @Override
    public Filled fill(TargetAccess shadow, Likeness likeness, int most) {
        try (Connection connection = Connections.open(shadow, "rubicon fills", SILENCE)) {
            return new SyntheticRows(connection, likeness, most).fill();
        } catch (SQLException e) {
            throw new TargetUnavailable("The shadow could not be filled: " + Connections.message(e, shadow), null);
        }
    }

    @Override
    public TargetAccess access(String name, String password) {
        demandShadow(name);
        return new TargetAccess(name, server.engine(), server.environment(), url(name), name, password, Map.of());
    }

    /** Roles that the schema names and the server does not have: grants to them can then be compared like all others. */
    private static Set<String> standIns(Connection connection, SchemaSnapshot schema) throws SQLException {
        Set<String> named = schema.script().stream().flatMap(statement -> statement.roles().stream())
                .filter(role -> !role.startsWith("pg_")).collect(Collectors.toCollection(TreeSet::new));
        Set<String> standIns = new TreeSet<>();
        for (String role : named) {
            Optional<String> remark = Rows.first(connection, """
                    SELECT coalesce(pg_catalog.shobj_description(oid, 'pg_authid'), '') FROM pg_catalog.pg_roles
                     WHERE rolname = ?""", row -> row.getString(1), role);
            if (remark.isEmpty()) {
                Rows.execute(connection, "CREATE ROLE " + Identifiers.quote(role) + " NOLOGIN");
                Rows.execute(connection, "COMMENT ON ROLE %s IS %s".formatted(Identifiers.quote(role),
                        Identifiers.literal(STAND_IN)));
            }
            if (remark.isEmpty() || remark.get().equals(STAND_IN)) {
                standIns.add(role);
            }
        }
        return standIns;
    }

    /** A new database lets everybody on its server connect and make temporary tables. */
    static void keepOthersOut(Connection connection, String name) throws SQLException {
        Rows.execute(connection, "REVOKE ALL ON DATABASE " + name + " FROM PUBLIC");
    }

    /** With the target's encoding and locale where the server has them: both decide on the order of texts. */
    private static void create(Connection connection, String name, Likeness like, List<String> notes)
            throws SQLException {
        try {
            Rows.execute(connection,
                    "CREATE DATABASE %s OWNER %s TEMPLATE template0 ENCODING %s LC_COLLATE %s LC_CTYPE %s"
                            .formatted(name, name, Identifiers.literal(like.encoding()),
                                    Identifiers.literal(like.collation()),
                                    Identifiers.literal(like.characterType())));
        } catch (SQLException e) {
            notes.add("The shadow has the rehearsal server's own encoding and locale, not %s and %s as the target: %s"
                    .formatted(like.encoding(), like.collation(), String.valueOf(e.getMessage()).strip()));
            Rows.execute(connection, "CREATE DATABASE %s OWNER %s TEMPLATE template0".formatted(name, name));
        }
    }

    /** Only roles that stand in may own something: an owner that the server knows may be anybody, even its administrator. */
    private static Rebuilt rebuild(TargetAccess access, SchemaSnapshot schema, Set<String> standIns,
            List<String> notes) {
        List<SchemaStatement> script = schema.script().stream()
                .filter(statement -> standIns.containsAll(statement.roles())
                        || !OWNER.matcher(statement.sql()).find())
                .toList();
        long owners = schema.script().stream().filter(statement -> !script.contains(statement))
                .filter(statement -> statement.roles().stream().anyMatch(role -> !role.startsWith("pg_"))).count();
        if (owners > 0) {
            notes.add(owners + (owners == 1 ? " object belongs" : " objects belong")
                    + " to the shadow's own role and not to the "
                    + "owner's, which the rehearsal server has too: nobody here may use that one's rights");
        }
        try (Connection connection = Connections.open(access, "rubicon rebuilds", SILENCE)) {
            return new Rebuilding(connection).run(new SchemaSnapshot(schema.serverVersion(), schema.objects(), script));
        } catch (SQLException e) {
            throw new TargetUnavailable("The schema could not be rebuilt: " + Connections.message(e, access), null);
        }
    }

    private String url(String database) {
        JdbcUrl url = JdbcUrl.parse(server.url());
        return new JdbcUrl(url.hosts(), database, url.parameters()).toString();
    }

    private static void demandShadow(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(name + " is not the name of a shadow");
        }
    }
}
