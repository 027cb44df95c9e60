package dev.rubicon.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A campaign in words. */
final class Summary {

    private Summary() {}

    /** What was wrong with a crossing, and how to do it again. */
    static String failure(Crossing.Result result) {
        return """
                Seed %1$d went wrong:
                  %2$s
                What was done:
                  %3$s
                Plan: %4$s
                Again: mvn -Pchaos verify -Drubicon.chaos.seed=%1$d -Drubicon.chaos.crossings=1
                """.formatted(result.seed(), String.join("\n  ", result.wrong()), String.join("\n  ", result.story()),
                result.plan().phases().stream()
                        .map(phase -> phase.stream().map(PlannedStep::name).collect(Collectors.joining(", ", "[", "]")))
                        .collect(Collectors.joining(" ")));
    }

    /** The whole as Markdown without headings. */
    static String of(Campaign.Outcome outcome) {
        List<Crossing.Result> crossings = outcome.crossings();
        long wrong = crossings.stream().filter(result -> !result.wrong().isEmpty()).count();
        Map<String, Long> ends = crossings.stream()
                .collect(Collectors.groupingBy(Crossing.Result::state, TreeMap::new, Collectors.counting()));
        Map<String, Long> steps = crossings.stream().flatMap(result -> result.plan().steps().stream())
                .collect(Collectors.groupingBy(PlannedStep::kind, TreeMap::new, Collectors.counting()));
        return """
                Seed %d: %d crossings over %d targets in %s min, %d faults. %s

                | How crossings ended | |
                |---|---|
                %s

                | Fault | Times |
                |---|---|
                %s

                | Attempts at steps that ended as | |
                |---|---|
                %s

                | Kind of step | Steps |
                |---|---|
                %s
                """.formatted(outcome.seed(), crossings.size(),
                crossings.stream().mapToInt(Crossing.Result::targets).sum(), minutes(outcome.took()),
                outcome.faults().values().stream().mapToInt(Integer::intValue).sum(),
                wrong == 0 && outcome.wrong().isEmpty()
                        ? "Nothing was lost, doubled, reordered or left invalid."
                        : "Wrong: %d crossings; %s".formatted(wrong, outcome.wrong()),
                table(ends), outcome.faults().entrySet().stream()
                        .map(entry -> "| %s | %d |".formatted(entry.getKey().words(), entry.getValue()))
                        .collect(Collectors.joining("\n")),
                table(outcome.attempts()), table(steps));
    }

    /** Into {@code target/chaos.md}, and onto the console. */
    static void write(Campaign.Outcome outcome) throws IOException {
        System.out.println(of(outcome));
        Files.writeString(Path.of("target", "chaos.md"), of(outcome));
    }

    /** A dated section at the end of a page. */
    static void append(Campaign.Outcome outcome, Path page) throws IOException {
        Files.writeString(page, "\n## %s, seed %d\n\n%s".formatted(LocalDate.now(ZoneOffset.UTC), outcome.seed(),
                of(outcome)), StandardOpenOption.APPEND);
    }

    static void demandNothingWrong(Campaign.Outcome outcome) {
        assertThat(outcome.wrong()).as("what went wrong beside the crossings").isEmpty();
        List<String> failures = outcome.crossings().stream().filter(result -> !result.wrong().isEmpty())
                .map(Summary::failure).toList();
        assertThat(failures).isEmpty();
    }

    private static String minutes(Duration took) {
        return "%.1f".formatted(took.toSeconds() / 60.0);
    }

    private static String table(Map<String, Long> rows) {
        return rows.entrySet().stream().map(entry -> "| %s | %d |".formatted(entry.getKey(), entry.getValue()))
                .collect(Collectors.joining("\n"));
    }
}
