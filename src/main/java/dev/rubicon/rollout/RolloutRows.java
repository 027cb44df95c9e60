package dev.rubicon.rollout;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** The rows of rollouts, their phases and targets. */
@Component
class RolloutRows {

    private static final String MATCHES = """
            state IN (:states) AND environment = ANY(:environments::text[])
            AND (:environment::text IS NULL OR environment = :environment)
            AND (:plan::text IS NULL OR plan = :plan)
            AND (:part::text IS NULL OR strpos(plan, :part) > 0)
            AND (:target::text IS NULL OR EXISTS (SELECT 1 FROM rollout_run run
                     WHERE run.rollout = rollout.id AND run.target = :target))
            """;

    /** Of a run and its rollout: it did something on a target that stands there, with no newer rollout's work above it. */
    private static final String STANDS = """
            rollout.state <> 'ROLLING_BACK'
            AND run.direction = 'FORWARD' AND run.state = 'DONE'
            AND NOT EXISTS (SELECT 1 FROM phase_run undone WHERE undone.rollout = run.rollout
                 AND undone.phase = run.phase AND undone.target = run.target AND undone.id > run.id
                 AND undone.state = 'ROLLED_BACK')
            AND NOT EXISTS (SELECT 1 FROM phase_run newer
                 WHERE newer.rollout > rollout.id AND newer.target = run.target AND newer.direction = 'FORWARD'
                   AND newer.state IN ('RUNNING', 'WAITING', 'PAUSING', 'PAUSED', 'FAILED', 'DONE')
                   AND NOT EXISTS (SELECT 1 FROM phase_run undone WHERE undone.rollout = newer.rollout
                        AND undone.phase = newer.phase AND undone.target = newer.target
                        AND undone.id > newer.id AND undone.state = 'ROLLED_BACK'))
            AND EXISTS (SELECT 1 FROM target WHERE name = run.target)
            """;

    private final JdbcClient jdbc;
    private final JsonMapper json;
    private final Clock clock;

    RolloutRows(JdbcClient jdbc, JsonMapper json, Clock clock) {
        this.jdbc = jdbc;
        this.json = json;
        this.clock = clock;
    }

    long insert(String plan, int revision, String environment, String digest, Frozen frozen, String submittedBy,
            String openedBy, int phases) {
        long id = jdbc.sql("""
                INSERT INTO rollout (plan, revision, environment, digest, frozen, start_phases, state, submitted_by,
                                     opened_by, opened_at)
                VALUES (:plan, :revision, :environment, :digest, :frozen::jsonb, :start, 'WAITING', :submittedBy,
                        :openedBy, :now)
                RETURNING id
                """).param("plan", plan).param("revision", revision).param("environment", environment)
                .param("digest", digest).param("frozen", json.writeValueAsString(frozen))
                .param("start", frozen.startPhases()).param("submittedBy", submittedBy).param("openedBy", openedBy)
                .param("now", now()).query(Long.class).single();
        for (Frozen.FrozenTarget target : frozen.targets()) {
            jdbc.sql("INSERT INTO rollout_run (rollout, target, wave) VALUES (?, ?, ?)")
                    .params(id, target.name(), target.wave()).update();
        }
        for (int phase = 0; phase < phases; phase++) {
            jdbc.sql("INSERT INTO rollout_phase (rollout, index, state) VALUES (?, ?, 'WAITING')").params(id, phase)
                    .update();
        }
        return id;
    }

    Optional<Rollout> find(long id) {
        return jdbc.sql("SELECT * FROM rollout WHERE id = ?").param(id).query(this::rollout).optional();
    }

    /** The row, locked to the end of the transaction. */
    Optional<Rollout> lock(long id) {
        return jdbc.sql("SELECT * FROM rollout WHERE id = ? FOR UPDATE").param(id).query(this::rollout).optional();
    }

    /** As much of a rollout as says who sees it and how soon somebody should look at it. */
    record Outline(long id, String environment, RolloutState state) {}

    /** All that are open: first what needs somebody, of these the newest. */
    List<Outline> open() {
        return jdbc.sql("SELECT id, environment, state FROM rollout WHERE state IN (:states)")
                .param("states", RolloutFilter.in(state -> !state.ended()).states().stream().map(Enum::name).toList())
                .query(RolloutRows::outline).list().stream()
                .sorted(Comparator.comparingInt((Outline open) -> open.state().rank())
                        .thenComparing(Comparator.comparingLong(Outline::id).reversed()))
                .toList();
    }

    /** The newest of a revision in these states and environments. */
    List<Outline> ofRevision(String plan, int revision, Collection<RolloutState> states,
            Collection<String> environments, int limit) {
        return jdbc.sql("""
                SELECT id, environment, state FROM rollout
                 WHERE plan = :plan AND revision = :revision AND state = ANY(:states::text[])
                   AND environment = ANY(:environments::text[])
                 ORDER BY id DESC LIMIT :limit
                """).param("plan", plan).param("revision", revision)
                .param("states", states.stream().map(Enum::name).toArray(String[]::new))
                .param("environments", environments.toArray(String[]::new)).param("limit", limit)
                .query(RolloutRows::outline).list();
    }

    private static Outline outline(ResultSet row, int number) throws SQLException {
        return new Outline(row.getLong("id"), row.getString("environment"),
                RolloutState.valueOf(row.getString("state")));
    }

    /** These, in this order. */
    List<Rollout> all(List<Long> ids) {
        return jdbc.sql("""
                SELECT * FROM rollout WHERE id = ANY(:ids::bigint[]) ORDER BY array_position(:ids::bigint[], id)
                """).param("ids", ids.toArray(Long[]::new)).query(this::rollout).list();
    }

    /** Those of these environments that match, newest first, behind this id. */
    List<Rollout> before(long id, int limit, RolloutFilter filter, Collection<String> environments) {
        return matching("SELECT * FROM rollout WHERE id < :id AND " + MATCHES + " ORDER BY id DESC LIMIT :limit",
                filter, environments).param("id", id).param("limit", limit).query(this::rollout).list();
    }

    /** How many of these environments match. */
    int count(RolloutFilter filter, Collection<String> environments) {
        return matching("SELECT count(*) FROM rollout WHERE " + MATCHES, filter, environments).query(Integer.class)
                .single();
    }

    private JdbcClient.StatementSpec matching(String sql, RolloutFilter filter, Collection<String> environments) {
        return jdbc.sql(sql).param("states", filter.states().stream().map(Enum::name).toList())
                .param("environments", environments.toArray(String[]::new))
                .param("environment", filter.environment()).param("plan", filter.plan())
                .param("part", filter.planPart()).param("target", filter.target());
    }

    /** Those that may go on by themselves, oldest first; of one environment, or (null) of all. */
    List<Long> active(@Nullable String environment) {
        return jdbc.sql("""
                SELECT id FROM rollout
                 WHERE state IN ('WAITING', 'RUNNING', 'PAUSING', 'CANCELLING', 'ROLLING_BACK')
                   AND (:environment::text IS NULL OR environment = :environment)
                 ORDER BY id
                """).param("environment", environment).query((row, number) -> row.getLong(1)).list();
    }

    /** The unfinished rollouts that this target is part of. */
    List<Long> unfinishedWith(String target) {
        return jdbc.sql("""
                SELECT id FROM rollout JOIN rollout_run run ON run.rollout = rollout.id
                 WHERE run.target = ? AND run.skipped IS NULL AND state NOT IN ('CANCELLED', 'ROLLED_BACK', 'DONE')
                 ORDER BY id
                """).param(target).query((row, number) -> row.getLong(1)).list();
    }

    /** Newer rollouts than this that put something into effect on one of its targets, or are just about to. */
    List<Long> newerOn(long id, List<String> targets) {
        return jdbc.sql("""
                SELECT DISTINCT newer.rollout FROM phase_run newer
                 WHERE newer.rollout > :id AND newer.target IN (:targets) AND newer.direction = 'FORWARD'
                   AND newer.state <> 'CANCELLED'
                   AND NOT EXISTS (SELECT 1 FROM phase_run undone WHERE undone.rollout = newer.rollout
                        AND undone.phase = newer.phase AND undone.target = newer.target AND undone.id > newer.id
                        AND undone.state = 'ROLLED_BACK')
                 ORDER BY 1
                """).param("id", id).param("targets", targets).query((row, number) -> row.getLong(1)).list();
    }

    /**
     * A target on which a rollout has done phases that are not undone, with no newer rollout's work above them.
     *
     * @param lastRun when the last of these phases was done there
     * @param endedAt of the rollout, or null
     */
    record Returnable(long rollout, String plan, int revision, String environment, String target, Instant lastRun,
            @Nullable Instant endedAt) {}

    /** Of all rollouts that have not ended before this moment. */
    List<Returnable> returnable(Instant endedSince) {
        return returnable("rollout.ended_at IS NULL OR rollout.ended_at > :since",
                Map.of("since", Timestamp.from(endedSince)));
    }

    List<Returnable> returnable(long rollout) {
        return returnable("rollout.id = :rollout", Map.of("rollout", rollout));
    }

    /**
     * A text of its own for each question: the server plans a statement that was asked often for parameters it does not look
     * at, and one for "this rollout, or all where there is none" for a few rows, which takes minutes over all.
     */
    private List<Returnable> returnable(String asked, Map<String, ?> params) {
        return jdbc.sql("""
                SELECT rollout.id, rollout.plan, rollout.revision, rollout.environment, rollout.ended_at,
                       run.target, max(run.ended_at) AS last_run
                  FROM rollout JOIN phase_run run ON run.rollout = rollout.id
                 WHERE (%s) AND %s
                 GROUP BY rollout.id, run.target
                 ORDER BY rollout.id, run.target
                """.formatted(asked, STANDS)).params(params)
                .query((row, number) -> new Returnable(row.getLong("id"), row.getString("plan"),
                        row.getInt("revision"), row.getString("environment"), row.getString("target"),
                        row.getTimestamp("last_run").toInstant(), optionalInstant(row, "ended_at")))
                .list();
    }

    /**
     * Drills in these environments that showed a broken way back, where it is still to be gone and no newer drill has shown
     * otherwise; what was shown last comes first.
     */
    List<Long> brokenDrills(Collection<String> environments, int limit) {
        return jdbc.sql("""
                SELECT drill.id
                  FROM rehearsal drill JOIN rollout ON rollout.id = drill.rollout
                 WHERE drill.kind = 'DRILL' AND drill.state IN ('DIFFERS', 'FAILED')
                   AND drill.environment = ANY(:environments::text[])
                   AND NOT EXISTS (SELECT 1 FROM rehearsal newer
                        WHERE newer.kind = 'DRILL' AND newer.rollout = drill.rollout AND newer.target = drill.target
                          AND newer.id > drill.id AND newer.state IN ('PASSED', 'DIFFERS', 'FAILED'))
                   AND EXISTS (SELECT 1 FROM phase_run run
                        WHERE run.rollout = rollout.id AND run.target = drill.target AND\s""" + STANDS + """
                       )
                 ORDER BY drill.ended_at DESC LIMIT :limit
                """).param("environments", environments.toArray(String[]::new)).param("limit", limit)
                .query((row, number) -> row.getLong(1)).list();
    }

    void become(Rollout rollout, RolloutState next, @Nullable String note) {
        if (!rollout.state().leadsTo(next)) {
            throw new IllegalStateException(
                    "rollout %d cannot become %s from %s".formatted(rollout.id(), next, rollout.state()));
        }
        jdbc.sql("""
                UPDATE rollout SET state = :state, note = :note, version = version + 1,
                       ended_at = CASE WHEN :ended THEN :now::timestamptz END
                 WHERE id = :id
                """).param("state", next.name()).param("note", note).param("ended", next.ended()).param("now", now())
                .param("id", rollout.id()).update();
    }

    void undo(long id, Rollout.Undoing undoing) {
        jdbc.sql("UPDATE rollout SET rollback = ?::jsonb WHERE id = ?").params(json.writeValueAsString(undoing), id)
                .update();
    }

    void speed(long id, double speed) {
        jdbc.sql("UPDATE rollout SET speed = ?, version = version + 1 WHERE id = ?").params(speed, id).update();
    }

    List<Rollout.PhaseRow> phases(long id) {
        return phases(List.of(id)).getOrDefault(id, List.of());
    }

    /** Of each rollout, in their order. */
    Map<Long, List<Rollout.PhaseRow>> phases(Collection<Long> ids) {
        return byRollout("SELECT * FROM rollout_phase WHERE rollout = ANY(:ids::bigint[]) ORDER BY rollout, index",
                ids, row -> new Rollout.PhaseRow(row.getInt("index"), PhaseState.valueOf(row.getString("state")),
                        row.getString("started_by"), optionalInstant(row, "started_at"),
                        optionalInstant(row, "done_at"), row.getString("told")));
    }

    /** What a row is of a rollout. */
    private interface Part<T> {
        T of(ResultSet row) throws SQLException;
    }

    private <T> Map<Long, List<T>> byRollout(String sql, Collection<Long> ids, Part<T> part) {
        Map<Long, List<T>> found = new HashMap<>();
        jdbc.sql(sql).param("ids", ids.toArray(Long[]::new)).query(row -> {
            found.computeIfAbsent(row.getLong("rollout"), any -> new ArrayList<>()).add(part.of(row));
        });
        return found;
    }

    void phase(long id, int index, PhaseState state) {
        jdbc.sql("""
                UPDATE rollout_phase
                   SET state = :state, told = NULL,
                       started_at = CASE WHEN :state = 'RUNNING' THEN coalesce(started_at, :now::timestamptz)
                                         ELSE started_at END,
                       done_at = CASE WHEN :state = 'DONE' THEN :now::timestamptz
                                      WHEN :state IN ('ROLLING_BACK', 'ROLLED_BACK') THEN done_at END
                 WHERE rollout = :id AND index = :index
                """).param("state", state.name()).param("now", now()).param("id", id).param("index", index).update();
    }

    void started(long id, int index, String by) {
        jdbc.sql("UPDATE rollout_phase SET started_by = ? WHERE rollout = ? AND index = ?").params(by, id, index)
                .update();
    }

    void told(long id, int index, String what) {
        jdbc.sql("UPDATE rollout_phase SET told = ? WHERE rollout = ? AND index = ?").params(what, id, index)
                .update();
    }

    List<Rollout.RunRow> runs(long id) {
        return runs(List.of(id)).getOrDefault(id, List.of());
    }

    /** Of each rollout, by wave and name. */
    Map<Long, List<Rollout.RunRow>> runs(Collection<Long> ids) {
        return byRollout("""
                SELECT rollout, target, wave, skipped FROM rollout_run
                 WHERE rollout = ANY(:ids::bigint[]) ORDER BY rollout, wave, target
                """, ids, row -> new Rollout.RunRow(row.getString("target"), row.getInt("wave"),
                row.getString("skipped")));
    }

    void skip(long id, String target, String reason) {
        jdbc.sql("UPDATE rollout_run SET skipped = ? WHERE rollout = ? AND target = ?").params(reason, id, target)
                .update();
    }

    /** The targets on which this step of the rollout took effect and was not undone. */
    List<String> inEffect(long id, String step) {
        return inEffect(Map.of(id, step)).getOrDefault(id, List.of());
    }

    /** The same of one step of each rollout. */
    Map<Long, List<String>> inEffect(Map<Long, String> steps) {
        if (steps.isEmpty()) {
            return Map.of();
        }
        Map<Long, List<String>> found = new HashMap<>();
        jdbc.sql("""
                SELECT DISTINCT run.rollout, run.target
                  FROM unnest(:ids::bigint[], :steps::text[]) AS asked (rollout, step)
                  JOIN phase_run run ON run.rollout = asked.rollout AND run.direction = 'FORWARD'
                  JOIN attempt ON attempt.phase_run = run.id AND attempt.step = asked.step AND attempt.outcome = 'done'
                 WHERE NOT EXISTS (SELECT 1 FROM phase_run undone JOIN attempt undoing ON undoing.phase_run = undone.id
                        WHERE undone.rollout = run.rollout AND undone.direction = 'ROLLBACK'
                          AND undone.target = run.target AND undoing.step = attempt.step
                          AND undoing.outcome = 'done' AND undoing.id > attempt.id)
                 ORDER BY 1, 2
                """).param("ids", steps.keySet().toArray(Long[]::new))
                .param("steps", steps.values().toArray(String[]::new)).query(row -> {
                    found.computeIfAbsent(row.getLong("rollout"), any -> new ArrayList<>())
                            .add(row.getString("target"));
                });
        return found;
    }

    private Rollout rollout(ResultSet row, int number) throws SQLException {
        String undoing = row.getString("rollback");
        return new Rollout(row.getLong("id"), row.getString("plan"), row.getInt("revision"),
                row.getString("environment"), row.getString("digest"),
                json.readValue(row.getString("frozen"), Frozen.class), RolloutState.valueOf(row.getString("state")),
                row.getDouble("speed"), undoing == null ? null : json.readValue(undoing, Rollout.Undoing.class),
                row.getString("note"), row.getString("submitted_by"), row.getString("opened_by"),
                row.getTimestamp("opened_at").toInstant(), optionalInstant(row, "ended_at"), row.getLong("version"));
    }

    private Timestamp now() {
        return Timestamp.from(clock.instant());
    }

    private static @Nullable Instant optionalInstant(ResultSet row, String column) throws SQLException {
        Timestamp at = row.getTimestamp(column);
        return at == null ? null : at.toInstant();
    }
}
