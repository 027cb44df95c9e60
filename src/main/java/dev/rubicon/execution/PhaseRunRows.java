package dev.rubicon.execution;

import dev.rubicon.engine.Direction;
import dev.rubicon.engine.Holder;
import dev.rubicon.engine.LocksSeen;
import dev.rubicon.engine.StepObservation;
import dev.rubicon.engine.StepWatch;
import dev.rubicon.gate.Blocker;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The rows of phase runs, their steps and attempts. */
@Component
class PhaseRunRows {

    /** The plan's word for what a step does, kept so that pages need not read the document. */
    record NewStep(String name, String kind) {}

    /** A step's row. */
    record StepRow(int index, String step, String kind, StepState state, StepWatch.@Nullable Progress progress,
            PhaseRunView.@Nullable Result result, @Nullable Instant startedAt, @Nullable Instant endedAt) {}

    /** An attempt's row. */
    record AttemptRow(long id, String step, int number, String node, @Nullable Integer backendPid, Instant startedAt,
            @Nullable Instant endedAt, @Nullable String outcome, @Nullable String message, List<Holder> waitingFor,
            @Nullable LocksSeen locks) {}

    private final JdbcClient jdbc;
    private final JsonMapper json;
    private final Clock clock;

    PhaseRunRows(JdbcClient jdbc, JsonMapper json, Clock clock) {
        this.jdbc = jdbc;
        this.json = json;
        this.clock = clock;
    }

    long insert(PhaseOrder order, List<NewStep> steps) {
        long id = jdbc.sql("""
                INSERT INTO phase_run (rollout, phase, target, environment, direction, plan, revision, digest, state,
                                       speed, created_at)
                VALUES (:rollout, :phase, :target, :environment, :direction, :plan, :revision, :digest, 'QUEUED',
                        :speed, :now)
                RETURNING id
                """)
                .param("rollout", order.rollout()).param("phase", order.phase()).param("target", order.target())
                .param("environment", order.environment()).param("direction", order.direction().name())
                .param("plan", order.revision().plan()).param("revision", order.revision().revision())
                .param("digest", order.revision().digest()).param("speed", order.speed()).param("now", now())
                .query(Long.class).single();
        for (int i = 0; i < steps.size(); i++) {
            jdbc.sql("INSERT INTO step_run (phase_run, index, step, kind, state) VALUES (?, ?, ?, ?, 'QUEUED')")
                    .params(id, i, steps.get(i).name(), steps.get(i).kind()).update();
        }
        return id;
    }

    Optional<PhaseRun> find(long id) {
        return jdbc.sql("SELECT * FROM phase_run WHERE id = ?").param(id).query(this::phaseRun).optional();
    }

    /** The row, locked to the end of the transaction. */
    PhaseRun lock(long id) {
        return jdbc.sql("SELECT * FROM phase_run WHERE id = ? FOR UPDATE").param(id).query(this::phaseRun).single();
    }

    List<PhaseRun> ofRollout(long rollout) {
        return jdbc.sql("SELECT * FROM phase_run WHERE rollout = ? ORDER BY id").param(rollout).query(this::phaseRun)
                .list();
    }

    /** Of a rollout on one target, oldest first. */
    List<PhaseRun> ofRollout(long rollout, String target) {
        return jdbc.sql("SELECT * FROM phase_run WHERE rollout = ? AND target = ? ORDER BY id").params(rollout, target)
                .query(this::phaseRun).list();
    }

    Optional<PhaseRun> newest(long rollout, String target) {
        return jdbc.sql("SELECT * FROM phase_run WHERE rollout = ? AND target = ? ORDER BY id DESC LIMIT 1")
                .params(rollout, target).query(this::phaseRun).optional();
    }

    List<PhaseRun> ofTarget(String target, int limit) {
        return jdbc.sql("SELECT * FROM phase_run WHERE target = ? ORDER BY id DESC LIMIT ?").params(target, limit)
                .query(this::phaseRun).list();
    }

    /** Those of these targets on which this phase of the plan was done and not undone since. */
    Set<String> done(String plan, int phase, Collection<String> targets) {
        return Set.copyOf(jdbc.sql("""
                SELECT asked.target
                  FROM unnest(:targets::text[]) AS asked (target), LATERAL (
                       SELECT state FROM phase_run
                        WHERE plan = :plan AND phase = :phase AND target = asked.target
                          AND state IN ('DONE', 'ROLLED_BACK') ORDER BY id DESC LIMIT 1) last
                 WHERE last.state = 'DONE'
                """).param("targets", targets.toArray(String[]::new)).param("plan", plan).param("phase", phase)
                .query(String.class).list());
    }

    void become(PhaseRun run, PhaseRunState next) {
        if (!run.state().leadsTo(next)) {
            throw new IllegalStateException(
                    "phase run %d cannot become %s from %s".formatted(run.id(), next, run.state()));
        }
        jdbc.sql("""
                UPDATE phase_run
                   SET state = :state, version = version + 1,
                       asked = CASE WHEN :settled THEN NULL ELSE asked END,
                       blocker = CASE WHEN :state IN ('RUNNING', 'WAITING') THEN blocker END,
                       started_at = coalesce(started_at, CASE WHEN :state = 'RUNNING' THEN :now::timestamptz END),
                       ended_at = CASE WHEN :ended THEN :now::timestamptz END
                 WHERE id = :id
                """)
                .param("state", next.name()).param("settled", next.ended() || next == PhaseRunState.PAUSED
                        || next == PhaseRunState.FAILED || next == PhaseRunState.QUEUED)
                .param("ended", next.ended()).param("now", now()).param("id", run.id()).update();
        if (next.ended()) {
            endWaitingAttempts(run.id());
        }
    }

    /** An attempt that waited for locks when its run ended goes on no more. */
    private void endWaitingAttempts(long run) {
        jdbc.sql("UPDATE attempt SET outcome = 'stopped', ended_at = ? WHERE phase_run = ? AND ended_at IS NULL")
                .params(now(), run).update();
    }

    void ask(long id, Asked asked) {
        jdbc.sql("UPDATE phase_run SET asked = :asked WHERE id = :id").param("asked", asked.name()).param("id", id)
                .update();
    }

    void block(long id, @Nullable Blocker blocker) {
        jdbc.sql("UPDATE phase_run SET blocker = :blocker::jsonb WHERE id = :id").param("blocker", text(blocker))
                .param("id", id).update();
    }

    void fail(long id, PhaseRunView.@Nullable Failure failure) {
        jdbc.sql("UPDATE phase_run SET failure = :failure::jsonb WHERE id = :id").param("failure", text(failure))
                .param("id", id).update();
    }

    void schemaBefore(long id, RehearsedSchemas.SchemaBefore before) {
        jdbc.sql("UPDATE phase_run SET schema_before = ?::jsonb WHERE id = ?")
                .params(json.writeValueAsString(before), id).update();
    }

    void opened(long id, String node, long fence) {
        jdbc.sql("UPDATE phase_run SET node = ?, fence = ? WHERE id = ?").params(node, fence, id).update();
    }

    /** A worker takes the run up; every worker before it has nothing more to write. */
    PhaseRun takeUp(long id) {
        return jdbc.sql("UPDATE phase_run SET epoch = epoch + 1 WHERE id = ? RETURNING *").param(id)
                .query(this::phaseRun).single();
    }

    /** Makes all earlier dispatches of the run void. */
    int nextDispatch(long id) {
        return jdbc.sql("UPDATE phase_run SET dispatch = dispatch + 1 WHERE id = ? RETURNING dispatch").param(id)
                .query(Integer.class).single();
    }

    void speed(long rollout, double speed) {
        jdbc.sql("UPDATE phase_run SET speed = ? WHERE rollout = ? AND ended_at IS NULL").params(speed, rollout)
                .update();
    }

    List<StepRow> steps(long run) {
        return jdbc.sql("SELECT * FROM step_run WHERE phase_run = ? ORDER BY index").param(run).query(this::step)
                .list();
    }

    /** How far a step is, by the run that it is of. */
    record StepStand(long run, StepState state, StepWatch.@Nullable Progress progress) {}

    /**
     * The runs of rollouts, oldest first. An array for any number of them, so that the text is one and the server plans it
     * once; the indexes lead from the rollout to its runs, from these to their steps.
     */
    List<RunStand> stands(Long[] rollouts) {
        Map<Long, List<StepStand>> steps = stepStands(rollouts).stream().collect(Collectors.groupingBy(StepStand::run));
        return jdbc.sql("""
                SELECT id, rollout, phase, target, direction, state, blocker, failure, started_at, ended_at
                  FROM phase_run WHERE rollout = ANY(:rollouts::bigint[]) ORDER BY id
                """).param("rollouts", rollouts)
                .query((row, number) -> stand(row, steps.getOrDefault(row.getLong("id"), List.of()))).list();
    }

    /** Of those runs alone that did not come to their end: the others are done as a whole. */
    private List<StepStand> stepStands(Long[] rollouts) {
        return jdbc.sql("""
                SELECT step.phase_run, step.state, CASE step.state WHEN 'RUNNING' THEN step.progress END AS progress
                  FROM phase_run run JOIN step_run step ON step.phase_run = run.id
                 WHERE run.rollout = ANY(:rollouts::bigint[]) AND run.state NOT IN ('DONE', 'ROLLED_BACK')
                """).param("rollouts", rollouts)
                .query((row, number) -> new StepStand(row.getLong("phase_run"),
                        StepState.valueOf(row.getString("state")),
                        read(row.getString("progress"), StepWatch.Progress.class)))
                .list();
    }

    private RunStand stand(ResultSet row, List<StepStand> steps) throws SQLException {
        PhaseRunState state = PhaseRunState.valueOf(row.getString("state"));
        return new RunStand(row.getLong("id"), row.getLong("rollout"), row.getInt("phase"), row.getString("target"),
                Direction.valueOf(row.getString("direction")), state, read(row.getString("blocker"), Blocker.class),
                read(row.getString("failure"), PhaseRunView.Failure.class), optionalInstant(row, "started_at"),
                optionalInstant(row, "ended_at"), steps.stream().anyMatch(step -> step.state == StepState.VERIFYING),
                PhaseRunView.fraction(state, steps.stream()
                        .map(step -> PhaseRunView.fraction(step.state, step.progress)).toList()));
    }

    /** The steps of all runs of a rollout by the run, in one question: a fleet has thousands. */
    Map<Long, List<StepRow>> stepsOfRollout(long rollout) {
        Map<Long, List<StepRow>> found = new HashMap<>();
        jdbc.sql("""
                SELECT step.* FROM phase_run run JOIN step_run step ON step.phase_run = run.id
                 WHERE run.rollout = ? ORDER BY step.phase_run, step.index
                """).param(rollout).query((ResultSet row) -> {
            found.computeIfAbsent(row.getLong("phase_run"), any -> new ArrayList<>()).add(step(row, 0));
        });
        return found;
    }

    /** What stands there of the step so far, before its end too. */
    Optional<PhaseRunView.Result> result(long run, String step) {
        return steps(run).stream().filter(row -> row.step().equals(step)).map(StepRow::result).filter(Objects::nonNull)
                .findFirst();
    }

    void step(long run, String step, StepState state, PhaseRunView.@Nullable Result result) {
        jdbc.sql("""
                UPDATE step_run
                   SET state = :state, result = coalesce(:result::jsonb, result),
                       started_at = CASE WHEN :state = 'RUNNING' THEN coalesce(started_at, :now::timestamptz)
                                         ELSE started_at END,
                       ended_at = CASE WHEN :state IN ('DONE', 'FAILED', 'SKIPPED') THEN :now::timestamptz END
                 WHERE phase_run = :run AND step = :step
                """)
                .param("state", state.name()).param("result", text(result)).param("now", now()).param("run", run)
                .param("step", step).update();
    }

    void progress(long run, String step, StepWatch.Progress progress) {
        jdbc.sql("UPDATE step_run SET progress = ?::jsonb WHERE phase_run = ? AND step = ?")
                .params(json.writeValueAsString(progress), run, step).update();
    }

    void observed(long run, String step, StepObservation seen) {
        jdbc.sql("UPDATE step_run SET observed = ?::jsonb WHERE phase_run = ? AND step = ?")
                .params(json.writeValueAsString(seen), run, step).update();
    }

    /** What was seen of the steps of a run that was rehearsed, by step. */
    Map<String, StepObservation> observed(long run) {
        Map<String, StepObservation> seen = new HashMap<>();
        jdbc.sql("SELECT step, observed FROM step_run WHERE phase_run = ? AND observed IS NOT NULL").param(run)
                .query(row -> {
                    seen.put(row.getString("step"), json.readValue(row.getString("observed"), StepObservation.class));
                });
        return seen;
    }

    List<AttemptRow> attempts(long run) {
        return jdbc.sql("SELECT * FROM attempt WHERE phase_run = ? ORDER BY id").param(run).query(this::attempt)
                .list();
    }

    Optional<AttemptRow> openAttempt(long run, String step) {
        return jdbc.sql("SELECT * FROM attempt WHERE phase_run = ? AND step = ? AND ended_at IS NULL")
                .params(run, step).query(this::attempt).optional();
    }

    /**
     * The attempt that is not concluded, if there is one. One that waits is among them: its last word may be that it waits
     * for a lock, which it got before its worker died.
     */
    Optional<AttemptRow> openAttempt(long run) {
        return jdbc.sql("SELECT * FROM attempt WHERE phase_run = ? AND ended_at IS NULL ORDER BY id DESC LIMIT 1")
                .param(run).query(this::attempt).optional();
    }

    /**
     * Since when the step waits for its locks: the begin of the attempt, or of the first before it, where one after the
     * other ended waiting because its node or its connection did. A person's request begins a new wait.
     */
    Instant waitsSince(AttemptRow attempt) {
        return jdbc.sql("""
                SELECT min(earlier.started_at) AS since
                  FROM attempt mine JOIN attempt earlier USING (phase_run, step)
                 WHERE mine.id = :attempt AND earlier.id <= mine.id
                   AND NOT EXISTS (SELECT 1 FROM attempt broken
                                    WHERE broken.phase_run = mine.phase_run AND broken.step = mine.step
                                      AND broken.id >= earlier.id AND broken.id < mine.id
                                      AND (broken.outcome NOT IN ('handed over', 'lost') OR broken.waiting_for IS NULL))
                """).param("attempt", attempt.id()).query((row, number) -> instant(row, "since")).single();
    }

    /** How many attempts of the step, this one and those right before it, ended because the session was lost. */
    int lostInARow(AttemptRow attempt) {
        return jdbc.sql("""
                SELECT count(*)
                  FROM attempt mine JOIN attempt earlier USING (phase_run, step)
                 WHERE mine.id = :attempt AND earlier.id <= mine.id
                   AND earlier.id > coalesce((SELECT max(other.id) FROM attempt other
                                               WHERE other.phase_run = mine.phase_run AND other.step = mine.step
                                                 AND other.id <= mine.id AND other.outcome <> 'lost'), 0)
                """).param("attempt", attempt.id()).query(Integer.class).single();
    }

    AttemptRow beginAttempt(long run, String step, String node) {
        return jdbc.sql("""
                INSERT INTO attempt (phase_run, step, number, node, started_at)
                VALUES (:run, :step,
                        (SELECT coalesce(max(number), 0) + 1 FROM attempt WHERE phase_run = :run AND step = :step),
                        :node, :now)
                RETURNING *
                """).param("run", run).param("step", step).param("node", node).param("now", now())
                .query(this::attempt).single();
    }

    void attemptBackend(long attempt, int pid) {
        jdbc.sql("UPDATE attempt SET backend_pid = ? WHERE id = ?").params(pid, attempt).update();
    }

    /** The attempt goes on, waiting. */
    void attemptWaits(long attempt, String message, List<Holder> holders) {
        jdbc.sql("UPDATE attempt SET outcome = 'waiting', message = ?, waiting_for = ?::jsonb WHERE id = ?")
                .params(message, json.writeValueAsString(holders), attempt).update();
    }

    void attemptGoesOn(long attempt) {
        jdbc.sql(
                "UPDATE attempt SET outcome = NULL, message = NULL, waiting_for = NULL WHERE id = ? AND ended_at IS NULL")
                .params(attempt).update();
    }

    void endAttempt(long attempt, String outcome, String message) {
        jdbc.sql("UPDATE attempt SET outcome = ?, message = ?, ended_at = ? WHERE id = ? AND ended_at IS NULL")
                .params(outcome, message, now(), attempt).update();
    }

    /** Beside what was seen of the attempt before. */
    void locked(long attempt, LocksSeen seen) {
        LocksSeen before = jdbc.sql("SELECT locks FROM attempt WHERE id = ? FOR UPDATE").param(attempt)
                .query((row, number) -> Optional.ofNullable(read(row.getString("locks"), LocksSeen.class))).single()
                .orElse(LocksSeen.NOTHING);
        jdbc.sql("UPDATE attempt SET locks = ?::jsonb WHERE id = ?")
                .params(json.writeValueAsString(before.and(seen)), attempt).update();
    }

    /** Of the runs of a revision on targets, newest first. */
    List<LockRecord> locked(String plan, int revision, int limit) {
        return jdbc.sql("""
                SELECT r.rollout, r.target, r.environment, r.direction, r.phase, a.step, a.locks
                  FROM attempt a JOIN phase_run r ON r.id = a.phase_run
                 WHERE r.plan = ? AND r.revision = ? AND r.rollout > 0 AND a.locks IS NOT NULL
                 ORDER BY a.id DESC LIMIT ?
                """).params(plan, revision, limit).query((row, number) -> new LockRecord(row.getLong("rollout"),
                row.getString("target"), row.getString("environment"), Direction.valueOf(row.getString("direction")),
                row.getInt("phase"), row.getString("step"),
                json.readValue(row.getString("locks"), LocksSeen.class))).list();
    }

    private PhaseRun phaseRun(ResultSet row, int number) throws SQLException {
        String asked = row.getString("asked");
        long fence = row.getLong("fence");
        return new PhaseRun(row.getLong("id"), row.getLong("rollout"), row.getInt("phase"), row.getString("target"),
                row.getString("environment"), Direction.valueOf(row.getString("direction")), row.getString("plan"),
                row.getInt("revision"), row.getString("digest"), PhaseRunState.valueOf(row.getString("state")),
                asked == null ? null : Asked.valueOf(asked), row.getDouble("speed"),
                row.getInt("dispatch"), row.getLong("epoch"), read(row.getString("blocker"), Blocker.class),
                row.getString("node"),
                row.getObject("fence") == null ? null : fence,
                read(row.getString("failure"), PhaseRunView.Failure.class),
                read(row.getString("schema_before"), RehearsedSchemas.SchemaBefore.class), instant(row, "created_at"),
                optionalInstant(row, "started_at"), optionalInstant(row, "ended_at"));
    }

    private StepRow step(ResultSet row, int number) throws SQLException {
        return new StepRow(row.getInt("index"), row.getString("step"), row.getString("kind"),
                StepState.valueOf(row.getString("state")), read(row.getString("progress"), StepWatch.Progress.class),
                read(row.getString("result"), PhaseRunView.Result.class), optionalInstant(row, "started_at"),
                optionalInstant(row, "ended_at"));
    }

    private AttemptRow attempt(ResultSet row, int number) throws SQLException {
        int pid = row.getInt("backend_pid");
        String holders = row.getString("waiting_for");
        return new AttemptRow(row.getLong("id"), row.getString("step"), row.getInt("number"), row.getString("node"),
                pid == 0 ? null : pid, instant(row, "started_at"), optionalInstant(row, "ended_at"),
                row.getString("outcome"), row.getString("message"),
                holders == null ? List.of() : json.readValue(holders, new TypeReference<List<Holder>>() {
                }), read(row.getString("locks"), LocksSeen.class));
    }

    private <T> @Nullable T read(@Nullable String text, Class<T> type) {
        return text == null ? null : json.readValue(text, type);
    }

    private @Nullable String text(@Nullable Object value) {
        return value == null ? null : json.writeValueAsString(value);
    }

    private Timestamp now() {
        return Timestamp.from(clock.instant());
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getTimestamp(column).toInstant();
    }

    private static @Nullable Instant optionalInstant(ResultSet row, String column) throws SQLException {
        Timestamp at = row.getTimestamp(column);
        return at == null ? null : at.toInstant();
    }
}
