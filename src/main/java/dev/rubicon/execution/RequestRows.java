package dev.rubicon.execution;

import dev.rubicon.execution.RunRequest.Asker;
import dev.rubicon.execution.RunRequest.Outcome;
import dev.rubicon.execution.RunRequest.Verb;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The rows of what is asked of runs. */
@Component
class RequestRows {

    private final JdbcClient jdbc;
    private final Clock clock;

    RequestRows(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** A request that something has to be observed for. */
    RunRequest ask(long run, Verb verb, @Nullable String step, Asker asker) {
        return jdbc.sql("""
                INSERT INTO run_request (phase_run, verb, step, reason, asked_by, asked_at)
                VALUES (:run, :verb, :step, :reason, :by, :now)
                RETURNING *
                """).param("run", run).param("verb", verb.name()).param("step", step)
                .param("reason", asker.reason()).param("by", asker.by()).param("now", now())
                .query(RequestRows::request).single();
    }

    /** A request of which all is known at once. */
    RunRequest settled(long run, Verb verb, @Nullable String step, Asker asker, Outcome outcome, String observed) {
        return settle(ask(run, verb, step, asker).id(), outcome, observed);
    }

    RunRequest settle(long request, Outcome outcome, String observed) {
        return jdbc.sql("""
                UPDATE run_request SET outcome = :outcome, observed = :observed, observed_at = :now
                 WHERE id = :id RETURNING *
                """).param("outcome", outcome.name()).param("observed", observed).param("now", now())
                .param("id", request).query(RequestRows::request).single();
    }

    /** Oldest first. */
    List<RunRequest> open(long run) {
        return jdbc.sql("SELECT * FROM run_request WHERE phase_run = ? AND outcome IS NULL ORDER BY id").param(run)
                .query(RequestRows::request).list();
    }

    Optional<RunRequest> open(long run, Verb verb, @Nullable String step) {
        return open(run).stream()
                .filter(request -> request.verb() == verb && java.util.Objects.equals(request.step(), step))
                .findFirst();
    }

    /** The newest request of this kind, whatever became of it. */
    Optional<RunRequest> newest(long run, Verb verb) {
        return jdbc.sql("SELECT * FROM run_request WHERE phase_run = ? AND verb = ? ORDER BY id DESC LIMIT 1")
                .params(run, verb.name()).query(RequestRows::request).optional();
    }

    /** A worker knows of what is asked of the running step; false when it was known. */
    boolean seen(long run, String node) {
        return jdbc.sql("""
                UPDATE run_request SET seen_by = :node, seen_at = :now
                 WHERE phase_run = :run AND outcome IS NULL AND seen_at IS NULL AND verb IN ('PAUSE', 'CANCEL')
                """).param("node", node).param("now", now()).param("run", run).update() > 0;
    }

    /** The server was told to cancel; false when it had been. */
    boolean sent(long run, int pid) {
        return jdbc.sql("""
                UPDATE run_request SET sent_to = :pid, sent_at = :now
                 WHERE phase_run = :run AND outcome IS NULL AND sent_at IS NULL AND verb = 'CANCEL'
                """).param("pid", pid).param("now", now()).param("run", run).update() > 0;
    }

    /** What was asked of the runs of rollouts, by run, oldest first. */
    Map<Long, List<RunRequest>> ofRollouts(Collection<Long> rollouts) {
        record Row(long run, RunRequest request) {}
        return jdbc.sql("""
                SELECT request.* FROM run_request request JOIN phase_run run ON run.id = request.phase_run
                 WHERE run.rollout = ANY(:rollouts::bigint[]) ORDER BY request.id
                """).param("rollouts", rollouts.toArray(Long[]::new))
                .query((row, number) -> new Row(row.getLong("phase_run"), request(row, number))).list().stream()
                .collect(Collectors.groupingBy(Row::run, Collectors.mapping(Row::request, Collectors.toList())));
    }

    List<RunRequest> of(long run) {
        return jdbc.sql("SELECT * FROM run_request WHERE phase_run = ? ORDER BY id").param(run)
                .query(RequestRows::request).list();
    }

    private static RunRequest request(ResultSet row, int number) throws SQLException {
        int sentTo = row.getInt("sent_to");
        String outcome = row.getString("outcome");
        return new RunRequest(row.getLong("id"), Verb.valueOf(row.getString("verb")), row.getString("step"),
                row.getString("reason"), row.getString("asked_by"), row.getTimestamp("asked_at").toInstant(),
                row.getString("seen_by"), instant(row, "seen_at"), sentTo == 0 ? null : sentTo,
                instant(row, "sent_at"), outcome == null ? null : Outcome.valueOf(outcome), row.getString("observed"),
                instant(row, "observed_at"));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        Timestamp at = row.getTimestamp(column);
        return at == null ? null : at.toInstant();
    }

    private Timestamp now() {
        return Timestamp.from(clock.instant());
    }
}
