package dev.rubicon.rollout;

import dev.rubicon.security.Actor;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** How backfills went over time, read from the ticks that were kept as events. */
@Component
public class Curves {

    /** More points than a screen has room for say nothing more. */
    static final int MOST = 200;

    private final Rollouts rollouts;
    private final JdbcClient jdbc;
    private final JsonMapper json;

    Curves(Rollouts rollouts, JdbcClient jdbc, JsonMapper json) {
        this.rollouts = rollouts;
        this.jdbc = jdbc;
        this.json = json;
    }

    /**
     * @param points at most 200, oldest first: of a long run every so many ticks, the first and the last among them
     * @param ticks how many there were
     */
    public record Curve(long run, String step, List<Point> points, long ticks) {}

    /**
     * @param perSecond rows per second, over the seconds before
     * @param done rows looked at
     * @param brake how fast it went and what slowed it down, or an empty text
     * @param gauges by their titles, what it may be slowed down by: from 0 for none of the limit to 1 for all of it
     */
    public record Point(Instant at, double perSecond, long done, String brake, Map<String, Double> gauges) {}

    private record Tick(Instant at, JsonNode data, long ticks) {}

    /** The newest backfill of a rollout on a target; empty before its first tick. */
    public Optional<Curve> newest(Actor actor, long rollout, String target) {
        rollouts.get(actor, rollout);
        return last(rollout, target).map(last -> {
            long run = last.path("run").asLong();
            String step = last.path("step").asString();
            List<Tick> ticks = ticks(rollout, target, run, step);
            return new Curve(run, step, ticks.stream().map(Curves::point).toList(),
                    ticks.isEmpty() ? 0 : ticks.getLast().ticks());
        });
    }

    private Optional<JsonNode> last(long rollout, String target) {
        return jdbc.sql("""
                SELECT data::text FROM rollout_event
                 WHERE rollout = ? AND data ->> 'target' = ? AND type = 'step.progress'
                   AND data -> 'backfill' IS NOT NULL
                 ORDER BY seq DESC LIMIT 1""").params(rollout, target)
                .query((row, number) -> json.readTree(row.getString(1))).optional();
    }

    private List<Tick> ticks(long rollout, String target, long run, String step) {
        return jdbc.sql("""
                SELECT at, data::text, ticks
                  FROM (SELECT seq, at, data, row_number() OVER (ORDER BY seq) AS number, count(*) OVER () AS ticks
                          FROM rollout_event
                         WHERE rollout = ? AND data ->> 'target' = ? AND type = 'step.progress'
                           AND data ->> 'run' = ? AND data ->> 'step' = ?) AS tick
                 WHERE number = ticks OR (number - 1) % greatest(1, ceil(ticks::numeric / ?))::bigint = 0
                 ORDER BY seq""").params(rollout, target, String.valueOf(run), step, MOST - 1)
                .query((row, number) -> new Tick(row.getTimestamp(1).toInstant(), json.readTree(row.getString(2)),
                        row.getLong(3)))
                .list();
    }

    private static Point point(Tick tick) {
        JsonNode backfill = tick.data().path("backfill");
        Map<String, Double> gauges = new LinkedHashMap<>();
        backfill.path("throttle").forEach(gauge -> {
            if (gauge.path("state").asString("").equals("known")) {
                gauges.put(gauge.path("title").asString(), gauge.path("utilization").asDouble());
            }
        });
        return new Point(tick.at(), tick.data().path("perSecond").asDouble(), tick.data().path("done").asLong(),
                backfill.path("brake").asString(""), gauges);
    }
}
