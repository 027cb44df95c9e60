package dev.rubicon.chaos;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A plan as the generator drew it.
 *
 * @param phases the steps of each phase, in the order written
 */
record RandomPlan(String name, String application, List<List<PlannedStep>> phases) {

    List<PlannedStep> steps() {
        return phases.stream().flatMap(List::stream).toList();
    }

    PlannedStep step(String step) {
        return steps().stream().filter(one -> one.name().equals(step)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no step " + step + " in " + name));
    }

    int phaseOf(String step) {
        return IntStream.range(0, phases.size())
                .filter(i -> phases.get(i).stream().anyMatch(one -> one.name().equals(step))).findFirst().orElse(-1);
    }

    /** The first phase that cannot be undone, or the number of phases. */
    int river() {
        return IntStream.range(0, phases.size()).filter(i -> phases.get(i).stream().anyMatch(PlannedStep::river))
                .findFirst().orElse(phases.size());
    }

    /** The document to submit. */
    Map<String, Object> document() {
        List<Map<String, Object>> written = new ArrayList<>();
        for (int i = 0; i < phases.size(); i++) {
            Map<String, Object> phase = new LinkedHashMap<>();
            phase.put("phase", phases.get(i).getFirst().phase());
            if (phases.get(i).getFirst().phase().equals("contract")) {
                phase.put("after", Map.of("deployment", Map.of("application", application, "version", ">=2.0.0"),
                        "absent", Map.of("application", application, "version", "<2.0.0"), "backup",
                        Map.of("maxAge", "24h")));
            }
            phase.put("steps", phases.get(i).stream().map(PlannedStep::document).toList());
            written.add(phase);
        }
        return Map.of("plan", name, "title", "A plan of chance", "engine", "postgresql", "phases", written);
    }
}
