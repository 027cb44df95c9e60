package dev.rubicon.rehearsal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The rows of rehearsals. */
@Component
class RehearsalRows {

    private static final String BUT_THE_REPORT = """
            id, plan, revision, digest, rollback_digest, target, environment, class, state, message, asked_by, asked_at,
            started_at, ended_at, epoch, server, shadow, source_fingerprint, source_version, standing, kind, rollout
            """;
    /** What was seen step by step is most of a report, and can be large. */
    private static final String WITHOUT_LEGS = BUT_THE_REPORT
            + ", jsonb_set(report, '{legs}', '[]')::text AS report\n";

    private final JdbcClient jdbc;
    private final JsonMapper json;
    private final Clock clock;

    RehearsalRows(JdbcClient jdbc, JsonMapper json, Clock clock) {
        this.jdbc = jdbc;
        this.json = json;
        this.clock = clock;
    }

    /**
     * What is asked for.
     *
     * @param rollout whose way back is to be drilled, or null for a rehearsal of the plan
     */
    record Order(String plan, int revision, String digest, String rollbackDigest, String target, String environment,
            EvidenceClass evidenceClass, String by, @Nullable Long rollout) {

        RehearsalKind kind() {
            return rollout == null ? RehearsalKind.REHEARSAL : RehearsalKind.DRILL;
        }
    }

    long insert(Order order) {
        return insertUnlessDrilled(order).orElseThrow();
    }

    /** Empty when the rollout is being drilled already; waits for whoever is just about to ask for that. */
    Optional<Long> insertUnlessDrilled(Order order) {
        return jdbc.sql("""
                INSERT INTO rehearsal (plan, revision, digest, rollback_digest, target, environment, class, state, asked_by,
                                       asked_at, report, kind, rollout)
                VALUES (:plan, :revision, :digest, :rollback, :target, :environment, :class, 'QUEUED', :by, :now,
                        :report::jsonb, :kind, :rollout)
                ON CONFLICT (rollout) WHERE kind = 'DRILL' AND ended_at IS NULL DO NOTHING
                RETURNING id
                """).param("plan", order.plan).param("revision", order.revision).param("digest", order.digest)
                .param("rollback", order.rollbackDigest).param("target", order.target)
                .param("environment", order.environment).param("class", order.evidenceClass.word())
                .param("by", order.by).param("now", now()).param("kind", order.kind().name())
                .param("rollout", order.rollout, Types.BIGINT)
                .param("report", json.writeValueAsString(RehearsalReport.NOTHING)).query(Long.class).optional();
    }

    Optional<Rehearsal> find(long id) {
        return jdbc.sql("SELECT * FROM rehearsal WHERE id = ?").param(id).query(this::rehearsal).optional();
    }

    /** Without drills, newest first. */
    List<Rehearsal> ofRevision(String plan, int revision) {
        return jdbc.sql("""
                SELECT * FROM rehearsal WHERE plan = ? AND revision = ? AND kind = 'REHEARSAL' ORDER BY id DESC
                """).params(plan, revision).query(this::rehearsal).list();
    }

    /**
     * The same without what was seen in them, which can be large: whoever waits for a rehearsal asks every few seconds. Their
     * reports say that nothing was.
     */
    List<Rehearsal> headsOfRevision(String plan, int revision) {
        return jdbc.sql("SELECT " + BUT_THE_REPORT + """
                       , :nothing::text AS report
                  FROM rehearsal WHERE plan = :plan AND revision = :revision AND kind = 'REHEARSAL' ORDER BY id DESC
                """).param("nothing", json.writeValueAsString(RehearsalReport.NOTHING)).param("plan", plan)
                .param("revision", revision).query(this::rehearsal).list();
    }

    /** Drills of whichever rollouts of a revision, newest first. */
    List<Rehearsal> drillsOfRevision(String plan, int revision, int most) {
        return jdbc.sql("""
                SELECT * FROM rehearsal WHERE plan = ? AND revision = ? AND kind = 'DRILL' ORDER BY id DESC LIMIT ?
                """).params(plan, revision, most).query(this::rehearsal).list();
    }

    /**
     * Up to three on each target of a rollout: the one that has not ended, the newest that showed something, and the newest that
     * could not be carried out or had nothing to do. Their reports have no legs: pages ask every few seconds.
     */
    List<Rehearsal> drills(long rollout) {
        return jdbc.sql("""
                SELECT DISTINCT ON (target, ended_at IS NULL, state IN ('BROKEN', 'EMPTY'))\s""" + WITHOUT_LEGS + """
                  FROM rehearsal
                 WHERE rollout = ? AND kind = 'DRILL'
                 ORDER BY target, ended_at IS NULL, state IN ('BROKEN', 'EMPTY'), id DESC
                """).param(rollout).query(this::rehearsal).list();
    }

    /** When each target of each rollout was last asked to be drilled, since a moment. */
    List<Drills.Asked> drillsAsked(Instant since) {
        return jdbc.sql("""
                SELECT rollout, target, max(asked_at) AS at FROM rehearsal
                 WHERE kind = 'DRILL' AND asked_at > ? GROUP BY rollout, target
                """).param(Timestamp.from(since))
                .query((row, number) -> new Drills.Asked(row.getLong("rollout"), row.getString("target"),
                        row.getTimestamp("at").toInstant()))
                .list();
    }

    /** These, in this order, without the legs of their reports. */
    List<Rehearsal> all(List<Long> ids) {
        return jdbc.sql("SELECT " + WITHOUT_LEGS + """
                  FROM rehearsal WHERE id = ANY(:ids::bigint[]) ORDER BY array_position(:ids::bigint[], id)
                """).param("ids", ids.toArray(Long[]::new)).query(this::rehearsal).list();
    }

    /**
     * Forgets drills of a target behind the newest few: a schedule makes one after the other. The newest that showed something
     * stays however often the next ones cannot be carried out.
     */
    void forgetDrills(long rollout, String target, int kept) {
        jdbc.sql("""
                DELETE FROM rehearsal
                 WHERE rollout = :rollout AND target = :target AND kind = 'DRILL' AND ended_at IS NOT NULL
                   AND shadow IS NULL
                   AND id NOT IN (SELECT id FROM rehearsal WHERE rollout = :rollout AND target = :target
                                     AND kind = 'DRILL' ORDER BY id DESC LIMIT :kept)
                   AND id NOT IN (SELECT id FROM rehearsal WHERE rollout = :rollout AND target = :target
                                     AND kind = 'DRILL' AND state IN ('PASSED', 'DIFFERS', 'FAILED')
                                   ORDER BY id DESC LIMIT 1)
                """).param("rollout", rollout).param("target", target).param("kept", kept).update();
    }

    /** One that is the same in all that counts and has not ended. */
    Optional<Rehearsal> unfinished(Order order) {
        return jdbc.sql("""
                SELECT * FROM rehearsal
                 WHERE plan = ? AND revision = ? AND target = ? AND class = ? AND ended_at IS NULL
                   AND kind = 'REHEARSAL'
                 ORDER BY id LIMIT 1
                """).params(order.plan, order.revision, order.target, order.evidenceClass.word())
                .query(this::rehearsal).optional();
    }

    /** The caller's transaction is the only one that asks for rehearsals of this revision as it finds none. */
    void takeTurn(String plan, int revision) {
        jdbc.sql("SELECT 1 FROM (SELECT pg_advisory_xact_lock(hashtext('rehearsals of ' || ? || '/' || ?))) AS turn")
                .params(plan, String.valueOf(revision)).query(Integer.class).single();
    }

    /** What was read on the target of a rehearsal that has not read it itself yet: it is the one for all that are alike. */
    void expects(long id, String fingerprint, int version) {
        jdbc.sql("""
                UPDATE rehearsal SET source_fingerprint = ?, source_version = ?
                 WHERE id = ? AND source_fingerprint IS NULL AND ended_at IS NULL
                """).params(fingerprint, version, id).update();
    }

    /**
     * How many others are at work; the caller's transaction is the only one that counts now.
     *
     * @param drills whether drills alone count
     */
    int othersAtWork(long id, boolean drills) {
        jdbc.sql("SELECT 1 FROM (SELECT pg_advisory_xact_lock(hashtext('rehearsals at work'))) AS turn")
                .query(Integer.class).single();
        return jdbc.sql("""
                SELECT count(*) FROM rehearsal WHERE state = 'RUNNING' AND id <> ? AND (kind = 'DRILL' OR NOT ?)
                """).params(id, drills).query(Integer.class).single();
    }

    /** A worker takes it up; every worker before it has nothing more to write. Empty when it has ended. */
    Optional<Rehearsal> takeUp(long id) {
        return jdbc.sql("""
                UPDATE rehearsal
                   SET epoch = epoch + 1, state = 'RUNNING', message = '', report = :report::jsonb,
                       started_at = coalesce(started_at, :now)
                 WHERE id = :id AND ended_at IS NULL
                RETURNING *
                """).param("id", id).param("now", now())
                .param("report", json.writeValueAsString(RehearsalReport.NOTHING)).query(this::rehearsal).optional();
    }

    /** False when the rehearsal is another worker's by now. */
    boolean say(Rehearsal mine, String message, RehearsalReport report) {
        return jdbc.sql("UPDATE rehearsal SET message = ?, report = ?::jsonb WHERE id = ? AND epoch = ? "
                + "AND ended_at IS NULL").params(message, json.writeValueAsString(report), mine.id(), mine.epoch())
                .update() == 1;
    }

    boolean waits(long id, String message) {
        return jdbc.sql("UPDATE rehearsal SET message = ? WHERE id = ? AND ended_at IS NULL").params(message, id)
                .update() == 1;
    }

    /** @param objects fingerprints of the target's objects, by what they are and their names */
    boolean began(Rehearsal mine, String fingerprint, int version, Map<String, String> objects) {
        return jdbc.sql("""
                UPDATE rehearsal SET source_fingerprint = ?, source_version = ?, source = ?::jsonb
                 WHERE id = ? AND epoch = ? AND ended_at IS NULL
                """).params(fingerprint, version, json.writeValueAsString(objects), mine.id(), mine.epoch())
                .update() == 1;
    }

    /** Before the shadow is made: whoever finds the row later knows what to drop. */
    boolean makes(Rehearsal mine, String server, String shadow) {
        return jdbc.sql("UPDATE rehearsal SET server = ?, shadow = ? WHERE id = ? AND epoch = ? AND ended_at IS NULL")
                .params(server, shadow, mine.id(), mine.epoch()).update() == 1;
    }

    /** Nothing of its shadows is left. */
    void dropped(Rehearsal mine) {
        jdbc.sql("UPDATE rehearsal SET shadow = NULL WHERE id = ? AND epoch = ?").params(mine.id(), mine.epoch())
                .update();
    }

    boolean end(Rehearsal mine, RehearsalState state, String message, RehearsalReport report) {
        return jdbc.sql("""
                UPDATE rehearsal SET state = ?, message = ?, report = ?::jsonb, ended_at = ?
                 WHERE id = ? AND epoch = ? AND ended_at IS NULL
                """).params(state.name(), message, json.writeValueAsString(report), now(), mine.id(), mine.epoch())
                .update() == 1;
    }

    /** Those that have ended and whose shadow is still to be dropped. */
    List<Rehearsal> leftovers() {
        return jdbc.sql("SELECT * FROM rehearsal WHERE ended_at IS NOT NULL AND shadow IS NOT NULL ORDER BY id")
                .query(this::rehearsal).list();
    }

    /** Those that have not ended and that no execution of db-scheduler carries. */
    List<Long> uncarried() {
        return jdbc.sql("""
                SELECT id FROM rehearsal
                 WHERE ended_at IS NULL
                   AND NOT EXISTS (SELECT 1 FROM scheduled_tasks
                                    WHERE task_name = ? AND task_instance = rehearsal.id::text)
                 ORDER BY id
                """).param(RehearsalDispatch.TASK).query((row, number) -> row.getLong("id")).list();
    }

    /** The rehearsal that has this shadow now. */
    Optional<Rehearsal> withShadow(String shadow) {
        return jdbc.sql("SELECT * FROM rehearsal WHERE shadow = ? AND ended_at IS NULL").param(shadow)
                .query(this::rehearsal).optional();
    }

    /** Fingerprints of the target's objects when the rehearsal began; empty when it never read them. */
    Map<String, String> source(long id) {
        return jdbc.sql("SELECT source FROM rehearsal WHERE id = ? AND source IS NOT NULL").param(id)
                .query(String.class).optional()
                .map(text -> json.readValue(text, new TypeReference<Map<String, String>>() {
                })).orElse(Map.of());
    }

    void stands(long id, Standing standing) {
        jdbc.sql("UPDATE rehearsal SET standing = ?::jsonb WHERE id = ?").params(json.writeValueAsString(standing), id)
                .update();
    }

    /** The newest passed ones of an environment, of each class on each target, that ended after a moment. */
    List<Rehearsal> newest(String environment, Instant since) {
        return jdbc.sql("""
                SELECT DISTINCT ON (target, plan, revision, class) *
                  FROM rehearsal
                 WHERE state = 'PASSED' AND environment = ? AND ended_at > ? AND kind = 'REHEARSAL'
                 ORDER BY target, plan, revision, class, id DESC
                """).params(environment, Timestamp.from(since)).query(this::rehearsal).list();
    }

    /** What tells this Rubicon's shadows from another's. */
    String site() {
        return jdbc.sql("SELECT tag FROM rehearsal_site").query(String.class).single();
    }

    private Rehearsal rehearsal(ResultSet row, int number) throws SQLException {
        int version = row.getInt("source_version");
        return new Rehearsal(row.getLong("id"), row.getString("plan"), row.getInt("revision"), row.getString("digest"),
                row.getString("rollback_digest"), row.getString("target"), row.getString("environment"),
                EvidenceClass.of(row.getString("class")), RehearsalState.valueOf(row.getString("state")),
                row.getString("message"), row.getString("asked_by"), row.getTimestamp("asked_at").toInstant(),
                instant(row, "started_at"), instant(row, "ended_at"), row.getInt("epoch"), row.getString("server"),
                row.getString("shadow"), row.getString("source_fingerprint"), version == 0 ? null : version,
                json.readValue(row.getString("report"), RehearsalReport.class),
                row.getString("standing") == null ? null : json.readValue(row.getString("standing"), Standing.class),
                RehearsalKind.valueOf(row.getString("kind")), row.getObject("rollout", Long.class));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        Timestamp at = row.getTimestamp(column);
        return at == null ? null : at.toInstant();
    }

    private Timestamp now() {
        return Timestamp.from(clock.instant());
    }
}
