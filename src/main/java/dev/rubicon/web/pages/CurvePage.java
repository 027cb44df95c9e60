package dev.rubicon.web.pages;

import dev.rubicon.rollout.Curves;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * How a backfill went: a table, which a script draws as curves.
 *
 * @param key names the step's progress in the stream of events
 * @param gauges titles of the columns behind the rate
 * @param every which of the ticks are shown, in words; empty where all are
 */
record CurvePage(long rollout, String target, String step, String key, List<String> gauges, List<Row> rows,
        String every) {

    /**
     * @param seconds since the first row
     * @param rate rows per second, a plain number
     * @param used percent of each gauge's limit, in their order; empty where it was not known
     * @param brake what it was slowed down by, or an empty text
     */
    record Row(Moment at, long epoch, String seconds, String rate, String words, List<String> used, String brake) {}

    static CurvePage of(long rollout, String target, int phase, Curves.Curve curve, Instant now) {
        Set<String> titles = new LinkedHashSet<>();
        curve.points().forEach(point -> titles.addAll(point.gauges().keySet()));
        List<String> gauges = List.copyOf(titles);
        Instant first = curve.points().getFirst().at();
        return new CurvePage(rollout, target, curve.step(), target + "/" + phase + "/" + curve.step(), gauges,
                curve.points().stream().map(point -> row(point, first, gauges, now)).toList(),
                curve.ticks() > curve.points().size()
                        ? "%,d of %,d readings".formatted(curve.points().size(), curve.ticks())
                        : "");
    }

    private static Row row(Curves.Point point, Instant first, List<String> gauges, Instant now) {
        return new Row(Moment.of(point.at(), now), point.at().getEpochSecond(),
                Amounts.duration(Duration.between(first, point.at())),
                String.format(Locale.ROOT, "%.1f", point.perSecond()), Amounts.rate(point.perSecond(), "rows"),
                gauges.stream().map(title -> used(point, title)).toList(), point.brake());
    }

    private static String used(Curves.Point point, String title) {
        Double used = point.gauges().get(title);
        return used == null ? "" : String.valueOf(Amounts.percent(used));
    }
}
