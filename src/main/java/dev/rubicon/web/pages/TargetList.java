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
import org.jspecify.annotations.Nullable;

/** All targets that the reader may see, by environment. */
record TargetList(List<Group> groups, String query, int shown, int all, String tabTitle, String tone) {

    record Group(String environment, List<Row> rows) {}

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
            @Nullable String query, Instant now) {
        Map<String, Last> last = new HashMap<>();
        newest.forEach(run -> last.put(run.target(), Last.of(run)));
        Map<String, Sign> drifts = new HashMap<>();
        drifted.forEach(each -> drifts.put(each.target(), DriftPage.drifted(each.objects())));
        String wanted = query == null ? "" : query.strip().toLowerCase(Locale.ROOT);
        Map<String, List<Row>> rows = new LinkedHashMap<>();
        int shown = 0;
        for (Target target : targets) {
            List<String> labels = TargetPage.labels(target);
            if ((target.name() + " " + String.join(" ", labels)).toLowerCase(Locale.ROOT).contains(wanted)) {
                rows.computeIfAbsent(target.environment(), any -> new ArrayList<>()).add(new Row(target.name(),
                        labels, where(target), TargetPage.Health.of(target, now), drifts.get(target.name()),
                        last.get(target.name())));
                shown++;
            }
        }
        return new TargetList(rows.entrySet().stream().map(entry -> new Group(entry.getKey(), entry.getValue()))
                .toList(), query == null ? "" : query.strip(), shown, targets.size(), title(targets, drifted),
                down(targets) > 0 ? "bad" : drifted.isEmpty() ? "soft" : "hold");
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
