package dev.rubicon.gate;

import dev.rubicon.audit.AuditTrail;
import dev.rubicon.audit.Subject;
import dev.rubicon.plan.VersionRange;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Permission;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** The door to what pipelines report: which versions of which applications are live in an environment. */
@Component
public class Deployments {

    /** One statement of a pipeline; never changed. */
    public record Report(long id, String application, String version, String environment, State state,
            String reportedBy, Instant at) {}

    /** What a pipeline can say of a version. */
    public enum State {
        /** It serves, or may begin to at any moment. */
        LIVE,
        /** No instance of it runs any more. */
        GONE;

        /** The word on the wire. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** @param since the first report since the version was last gone; reporting it again changes nothing */
    public record Live(String application, String version, String environment, Instant since) {}

    private static final int LONGEST_NAME = 200;

    private final JdbcClient jdbc;
    private final VisibleEnvironments environments;
    private final AuditTrail audit;
    private final ApplicationEventPublisher events;
    private final Clock clock;

    Deployments(JdbcClient jdbc, VisibleEnvironments environments, AuditTrail audit, ApplicationEventPublisher events,
            Clock clock) {
        this.jdbc = jdbc;
        this.environments = environments;
        this.audit = audit;
        this.events = events;
        this.clock = clock;
    }

    /** Keeps a report, also one that repeats what is known. */
    @Transactional
    public Report report(Actor actor, String application, String version, String environment, State state) {
        environments.demandForReport(actor, Permission.REPORT_DEPLOYMENT, environment);
        String name = Invalid.text("/application", application, LONGEST_NAME);
        if (!VersionRange.VERSION.matcher(version).matches()) {
            throw Invalid.input("/version",
                    "a version has 1 to 200 letters, digits and . _ + : / @ -, and begins with a letter or digit");
        }
        Report report = insert(name, version, environment, state, actor.label());
        audit.record(actor, "deployment.reported", new Subject("deployment", Long.toString(report.id()), environment),
                Map.of("application", name, "version", version, "state", state.word()));
        events.publishEvent(new GatesMoved(environment));
        return report;
    }

    private Report insert(String application, String version, String environment, State state, String by) {
        return jdbc.sql("""
                INSERT INTO deployment_report (application, version, environment, state, reported_by, at)
                VALUES (:application, :version, :environment, :state, :by, :at)
                RETURNING *
                """).param("application", application).param("version", version).param("environment", environment)
                .param("state", state.name()).param("by", by).param("at", Stamps.of(Stamps.now(clock)))
                .query(Deployments::row).single();
    }

    /** What is live in these environments, by application. */
    @Transactional(readOnly = true)
    public List<Live> live(Collection<String> inEnvironments, @Nullable String application) {
        if (inEnvironments.isEmpty()) {
            return List.of();
        }
        Map<Place, List<Report>> byPlace = jdbc
                .sql(changesIn("deployment_report report WHERE environment IN (:environments)" + only(application)))
                .param("environments", inEnvironments).param("application", application).query(Deployments::row)
                .list().stream().collect(Collectors.groupingBy(Place::of));
        return byPlace.entrySet().stream()
                .flatMap(place -> DeploymentGate.live(place.getValue()).entrySet().stream()
                        .map(live -> new Live(place.getKey().application(), live.getKey(),
                                place.getKey().environment(), live.getValue())))
                .sorted(Comparator.comparing(Live::application).thenComparing(Live::environment)
                        .thenComparing(Live::since).thenComparing(Live::version))
                .toList();
    }

    /** Reports of these environments, newest first. @param before only those with a smaller id */
    @Transactional(readOnly = true)
    public List<Report> history(Collection<String> inEnvironments, @Nullable String application, long before,
            int limit) {
        if (inEnvironments.isEmpty()) {
            return List.of();
        }
        return jdbc.sql("""
                SELECT * FROM deployment_report
                WHERE environment IN (:environments)%s
                  AND id < :before
                ORDER BY id DESC LIMIT :limit
                """.formatted(only(application))).param("environments", inEnvironments)
                .param("application", application).param("before", before).param("limit", limit)
                .query(Deployments::row).list();
    }

    /** An application in an environment. */
    record Place(String application, String environment) {

        private static Place of(Report report) {
            return new Place(report.application, report.environment);
        }
    }

    /** What was reported of each of these, oldest first, without those that only repeat a version's state. */
    Map<Place, List<Report>> changes(Set<Place> places) {
        if (places.isEmpty()) {
            return Map.of();
        }
        return jdbc.sql(changesIn("""
                unnest(:applications::text[], :environments::text[]) AS asked (application, environment)
                      JOIN deployment_report report USING (application, environment)"""))
                .param("applications", places.stream().map(Place::application).toArray(String[]::new))
                .param("environments", places.stream().map(Place::environment).toArray(String[]::new))
                .query(Deployments::row).list().stream().collect(Collectors.groupingBy(Place::of));
    }

    /**
     * A text of its own for one application: the server plans a statement that was asked often for parameters it does not
     * look at, and one for "this application, or all" reads all reports of a year at each look at a gate.
     */
    private static String only(@Nullable String application) {
        return application == null ? "" : " AND application = :application";
    }

    /** Oldest first, without those that only repeat a version's state: a pipeline may report every minute. */
    private static String changesIn(String reports) {
        return """
                SELECT * FROM (
                    SELECT report.*, lag(state) OVER (PARTITION BY application, environment, version ORDER BY id) AS was
                      FROM %s) report
                WHERE was IS DISTINCT FROM state
                ORDER BY id
                """.formatted(reports);
    }

    private static Report row(ResultSet row, int number) throws SQLException {
        return new Report(row.getLong("id"), row.getString("application"), row.getString("version"),
                row.getString("environment"), State.valueOf(row.getString("state")), row.getString("reported_by"),
                Stamps.read(row, "at"));
    }
}
