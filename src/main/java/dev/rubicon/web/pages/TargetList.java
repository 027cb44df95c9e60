package dev.rubicon.web.pages;

import dev.rubicon.registry.Target;
import dev.rubicon.rollout.LastRuns;
import dev.rubicon.verification.Drifts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The targets that the reader may see, by environment; of very many only some, those in trouble among them.
 *
 * @param matching how many have the query in their name or labels
 */
record TargetList(List<Group> groups, String query, int shown, int matching, int all, String tabTitle, String tone) {

    /** More than this a browser lays out noticeably late, and nobody reads. */
    private static final int ROWS = 100;

    /** @param number of matching targets there, shown or not */
    record Group(String environment, int number, List<Row> rows) {}

    /**
     * @param drift null where nothing differs
     * @param last the newest rollout that it is part of, or null
     */
    record Row(String name, List<String> labels, String where, TargetPage.Health health, @Nullable Sign drift,
            @Nullable Last last) {}

    /** @param sign where the rollout stands on this target */
    record Last(String title, String href, Sign sign) {
        private static Last of(LastRuns.LastRun run) {
            return new Last(run.title(), "/rollouts/" + run.rollout() + "/runs/" + run.target(), Sign.of(run.state()));
        }
    }

    static TargetList of(List<Target> targets, List<Drifts.Drifted> drifted, List<LastRuns.LastRun> newest,
            @Nullable String query, boolean whole, Instant now) {
        Map<String, Last> last = new HashMap<>();
        newest.forEach(run -> last.put(run.target(), Last.of(run)));
        Map<String, Sign> drifts = new HashMap<>();
        drifted.forEach(each -> drifts.put(each.target(), DriftPage.drifted(each.objects())));
        String wanted = query == null ? "" : query.strip();
        List<Target> matching = targets.stream().filter(target -> matches(target, wanted)).toList();
        List<Target> troubled = matching.stream().filter(target -> inTrouble(target, drifts)).toList();
        Set<Target> shown = whole
                ? Set.copyOf(matching)
                : Stream.concat(troubled.stream(), matching.stream()).distinct().limit(Math.max(ROWS, troubled.size()))
                        .collect(Collectors.toSet());
        Map<String, List<Target>> environments = matching.stream()
                .collect(Collectors.groupingBy(Target::environment, LinkedHashMap::new, Collectors.toList()));
        List<Group> groups = new ArrayList<>();
        environments.forEach((name, members) -> groups.add(new Group(name, members.size(), members.stream()
                .filter(shown::contains).map(target -> new Row(target.name(), TargetPage.labels(target), where(target),
                        TargetPage.Health.of(target, now), drifts.get(target.name()), last.get(target.name())))
                .toList())));
        return new TargetList(groups, wanted, shown.size(), matching.size(), targets.size(), title(targets, drifted),
                down(targets) > 0 ? "bad" : drifted.isEmpty() ? "soft" : "hold");
    }

    private static boolean matches(Target target, String wanted) {
        return (target.name() + " " + String.join(" ", TargetPage.labels(target))).toLowerCase(Locale.ROOT)
                .contains(wanted.toLowerCase(Locale.ROOT));
    }

    private static boolean inTrouble(Target target, Map<String, Sign> drifts) {
        return drifts.containsKey(target.name()) || target.lastCheck() != null && !target.lastCheck().ok();
    }

    private static long down(List<Target> targets) {
        return targets.stream().filter(target -> target.lastCheck() != null && !target.lastCheck().ok()).count();
    }

    private static String title(List<Target> targets, List<Drifts.Drifted> drifted) {
        long down = down(targets);
        String trouble = (down == 0 ? "" : down + " not ready") + (down == 0 || drifted.isEmpty() ? "" : ", ")
                + (drifted.isEmpty() ? "" : drifted.size() + " drifted");
        return trouble.isEmpty() ? "Targets" : trouble + ": Targets";
    }

    private static String where(Target target) {
        return target.identity() == null
                ? target.url().replaceFirst("^jdbc:postgresql://", "").replaceFirst("\\?.*$", "")
                : "%s:%d/%s".formatted(target.identity().host(), target.identity().port(),
                        target.identity().database());
    }
}
