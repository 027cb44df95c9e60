package dev.rubicon.verification;

import dev.rubicon.engine.schema.SchemaObject.Kind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The rows of differences, and of the watch that finds them. */
@Component
class DriftRows {

    private static final int ENDED_SHOWN = 10;

    private final JdbcClient jdbc;
    private final Clock clock;

    DriftRows(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** @param toldAt when it was last told to look, or null */
    record Watched(String target, String environment, @Nullable Instant toldAt) {}

    /** How a target was last looked at. */
    record Look(@Nullable Instant lookedAt, String fingerprint, String note) {}

    /** All targets that have a baseline. */
    List<Watched> watched() {
        return jdbc.sql("""
                SELECT t.name, t.environment, w.told_at
                  FROM schema_baseline b JOIN target t ON t.name = b.target LEFT JOIN drift_watch w ON w.target = t.name
                 ORDER BY t.name
                """).query((row, number) -> new Watched(row.getString("name"), row.getString("environment"),
                instant(row, "told_at"))).list();
    }

    void told(String target) {
        jdbc.sql("""
                INSERT INTO drift_watch (target, told_at) SELECT name, :now FROM target WHERE name = :target
                ON CONFLICT (target) DO UPDATE SET told_at = excluded.told_at
                """).param("now", now()).param("target", target).update();
    }

    void looked(String target, String fingerprint) {
        jdbc.sql("""
                INSERT INTO drift_watch (target, told_at, looked_at, fingerprint)
                VALUES (:target, :now, :now, :fingerprint)
                ON CONFLICT (target) DO UPDATE
                   SET looked_at = excluded.looked_at, fingerprint = excluded.fingerprint, note = ''
                """).param("target", target).param("now", now()).param("fingerprint", fingerprint).update();
    }

    /** Why it cannot look now; what it saw last stays. */
    void note(String target, String note) {
        jdbc.sql("UPDATE drift_watch SET note = ? WHERE target = ?").params(note, target).update();
    }

    Optional<Look> look(String target) {
        return jdbc.sql(
                "SELECT looked_at, coalesce(fingerprint, '') AS fingerprint, note FROM drift_watch WHERE target = ?")
                .param(target).query((row, number) -> new Look(instant(row, "looked_at"), row.getString("fingerprint"),
                        row.getString("note")))
                .optional();
    }

    List<Drift.Item> open(String target) {
        return jdbc.sql("SELECT * FROM drift WHERE target = ? AND ended_at IS NULL").param(target)
                .query(DriftRows::item).list().stream()
                .sorted(Comparator.comparing((Drift.Item one) -> one.change().kind())
                        .thenComparing(one -> one.change().name()))
                .toList();
    }

    /** The newest. */
    List<Drift.Item> ended(String target) {
        return jdbc
                .sql("SELECT * FROM drift WHERE target = ? AND ended_at IS NOT NULL ORDER BY ended_at DESC, id LIMIT ?")
                .params(target, ENDED_SHOWN).query(DriftRows::item).list();
    }

    /** @param objects how many are not as they should be */
    record Count(String target, int objects, Instant since) {}

    /** The targets that have any. */
    List<Count> counts() {
        return jdbc.sql("""
                SELECT target, count(*) AS objects, min(since) AS since FROM drift WHERE ended_at IS NULL
                 GROUP BY target ORDER BY target
                """).query((row, number) -> new Count(row.getString("target"), row.getInt("objects"),
                row.getTimestamp("since").toInstant())).list();
    }

    /** Seen, or seen again; since when stays. */
    void seen(String target, SchemaChange change) {
        jdbc.sql("""
                INSERT INTO drift (target, kind, name, expected, found, since, seen_at)
                VALUES (:target, :kind, :name, :expected, :found, :now, :now)
                ON CONFLICT (target, kind, name) WHERE ended_at IS NULL
                DO UPDATE SET expected = excluded.expected, found = excluded.found, seen_at = excluded.seen_at
                """).param("target", target).param("kind", change.kind().name()).param("name", change.name())
                .param("expected", change.before()).param("found", change.after()).param("now", now()).update();
    }

    void ended(String target, SchemaChange change, String by) {
        jdbc.sql("""
                UPDATE drift SET ended_at = ?, ended_by = ?
                 WHERE target = ? AND kind = ? AND name = ? AND ended_at IS NULL
                """).params(now(), by, target, change.kind().name(), change.name()).update();
    }

    /** Forgets some of what was over before a moment, and tells how many. */
    int forget(Instant before, int batch) {
        return jdbc.sql("""
                DELETE FROM drift WHERE id IN (SELECT id FROM drift WHERE ended_at < ? LIMIT ?)
                """).params(Timestamp.from(before), batch).update();
    }

    private static Drift.Item item(ResultSet row, int number) throws SQLException {
        return new Drift.Item(
                new SchemaChange(Kind.valueOf(row.getString("kind")), row.getString("name"),
                        row.getString("expected"), row.getString("found")),
                row.getTimestamp("since").toInstant(), row.getTimestamp("seen_at").toInstant(),
                instant(row, "ended_at"), row.getString("ended_by"));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        Timestamp at = row.getTimestamp(column);
        return at == null ? null : at.toInstant();
    }

    private Timestamp now() {
        return Timestamp.from(clock.instant());
    }
}
