package dev.rubicon.verification;

import dev.rubicon.engine.schema.SchemaSnapshot;
import dev.rubicon.verification.StoredSnapshot.Why;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The rows of kept snapshots. */
@Component
class SnapshotRows {

    /** Enough for the last two phases, each with before and after, and for what was looked at since. */
    private static final int KEPT = 6;

    private final JdbcClient jdbc;
    private final SchemaJson json;
    private final Clock clock;

    SnapshotRows(JdbcClient jdbc, SchemaJson json, Clock clock) {
        this.jdbc = jdbc;
        this.json = json;
        this.clock = clock;
    }

    Optional<StoredSnapshot> newest(String target) {
        return jdbc.sql("SELECT * FROM schema_snapshot WHERE target = ? ORDER BY id DESC LIMIT 1").param(target)
                .query(this::snapshot).optional();
    }

    /** What tells the newest of each target from others, by target. */
    Map<String, Schemas.Seen> seen(Collection<String> targets) {
        return jdbc.sql("""
                SELECT DISTINCT ON (target) target, fingerprint, seen_at FROM schema_snapshot
                 WHERE target = ANY(?) ORDER BY target, id DESC
                """).param(targets.toArray(String[]::new)).query((row, number) -> Map.entry(row.getString("target"),
                new Schemas.Seen(row.getString("fingerprint"), row.getTimestamp("seen_at").toInstant()))).list()
                .stream().collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** What was read before a phase run did its first step. */
    Optional<StoredSnapshot> before(long run) {
        return jdbc.sql("SELECT * FROM schema_snapshot WHERE run = ? AND why = 'BEFORE_RUN' ORDER BY id LIMIT 1")
                .param(run).query(this::snapshot).optional();
    }

    /** What was read behind a phase run: after its end, or before the next run began, whichever came first. */
    Optional<StoredSnapshot> after(long run) {
        return jdbc.sql("""
                SELECT later.* FROM schema_snapshot began JOIN schema_snapshot later USING (target)
                 WHERE began.run = :run AND began.why = 'BEFORE_RUN' AND later.id > began.id
                   AND (later.why = 'AFTER_RUN' OR (later.why = 'BEFORE_RUN' AND later.run <> :run))
                 ORDER BY later.id LIMIT 1
                """).param("run", run).query(this::snapshot).optional();
    }

    /** Whether it is known what was there before a phase run. */
    boolean knows(long run) {
        return jdbc.sql("SELECT EXISTS (SELECT FROM schema_snapshot WHERE run = ? AND why = 'BEFORE_RUN')").param(run)
                .query(Boolean.class).single();
    }

    /** Whether the newest one is the same: then it was only seen again. */
    boolean seenAgain(String target, SchemaSnapshot snapshot) {
        return jdbc.sql("""
                UPDATE schema_snapshot SET seen_at = greatest(seen_at, :now)
                 WHERE id = (SELECT max(id) FROM schema_snapshot WHERE target = :target)
                   AND fingerprint = :fingerprint AND server_version = :version
                """).param("now", now()).param("target", target)
                .param("fingerprint", snapshot.fingerprint().digits()).param("version", snapshot.serverVersion())
                .update() == 1;
    }

    /**
     * Keeps it, unless the target is gone, and forgets what is older than the newest few; but what the newest rollout found
     * before its phases and left behind them stays, for that is what its way back has to undo.
     */
    void insert(String target, Why why, @Nullable Long rollout, @Nullable Long run, SchemaSnapshot snapshot) {
        jdbc.sql("""
                INSERT INTO schema_snapshot (target, why, rollout, run, taken_at, seen_at, server_version, fingerprint,
                                             objects, script)
                SELECT name, :why, :rollout, :run, :now, :now, :version, :fingerprint, :objects::json, :script::json
                  FROM target WHERE name = :target
                """).param("why", why.name()).param("rollout", rollout).param("run", run).param("now", now())
                .param("version", snapshot.serverVersion()).param("fingerprint", snapshot.fingerprint().digits())
                .param("objects", json.objects(snapshot.objects())).param("script", json.script(snapshot))
                .param("target", target).update();
        jdbc.sql("""
                DELETE FROM schema_snapshot
                 WHERE target = :target
                   AND id NOT IN (SELECT id FROM schema_snapshot WHERE target = :target ORDER BY id DESC LIMIT :kept)
                   AND (why NOT IN ('BEFORE_RUN', 'AFTER_RUN') OR rollout IS DISTINCT FROM (
                        SELECT rollout FROM schema_snapshot WHERE target = :target AND rollout IS NOT NULL
                         ORDER BY id DESC LIMIT 1))
                """).param("target", target).param("kept", KEPT).update();
    }

    private StoredSnapshot snapshot(ResultSet row, int number) throws SQLException {
        return new StoredSnapshot(row.getLong("id"), row.getString("target"), Why.valueOf(row.getString("why")),
                row.getObject("rollout", Long.class), row.getObject("run", Long.class),
                row.getTimestamp("taken_at").toInstant(), row.getTimestamp("seen_at").toInstant(),
                json.snapshot(row.getInt("server_version"), row.getString("objects"), row.getString("script")));
    }

    private Timestamp now() {
        return Timestamp.from(clock.instant());
    }
}
