package dev.rubicon.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The page of measured tables. Each benchmark replaces its own sections and leaves those of the others as they are, so
 * that one class can be measured again alone; a section says by which class, when and on which machine it was measured.
 */
public final class BenchmarkReport {

    private static final Pattern HEAD = Pattern.compile("## (?<title>.+)\n\nMeasured by `(?<benchmark>\\w+)`");

    private final Path file;

    BenchmarkReport(Path file) {
        this.file = file;
    }

    /** The page of the sources; {@code -Dbench.report=FILE} leaves it alone and writes another, to try things out. */
    public static BenchmarkReport ofThisBuild() {
        return new BenchmarkReport(Path.of(System.getProperty("bench.report", "src/docs/benchmarks.md")));
    }

    /**
     * Writes a section, or writes it anew.
     *
     * @param title names the section for good: together with the class it tells which one is replaced
     * @param text Markdown without headings of the first two levels
     */
    public synchronized void replace(Class<?> benchmark, String title, String text) {
        try {
            SortedMap<String, String> sections = sections();
            sections.put(benchmark.getSimpleName() + "\n" + title, section(benchmark, title, text));
            Files.writeString(file, page(sections));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** By class and title: the order of the page does not depend on what was measured last. */
    private SortedMap<String, String> sections() throws IOException {
        SortedMap<String, String> found = new TreeMap<>();
        String page = Files.exists(file) ? Files.readString(file) : "";
        Arrays.stream(page.split("(?m)^(?=## )")).map(String::strip).forEach(section -> {
            Matcher head = HEAD.matcher(section);
            if (head.lookingAt()) {
                found.put(head.group("benchmark") + "\n" + head.group("title"), section);
            }
        });
        return found;
    }

    private static String page(SortedMap<String, String> sections) {
        return """
                # Benchmarks

                Written by `mvn -Pbench verify`; with `-Dit.test=` and the class that a section names, that section alone.
                Ratios count, absolute times hold for the machine and the day that the section names.

                """ + sections.values().stream().collect(Collectors.joining("\n\n", "", "\n"));
    }

    private static String section(Class<?> benchmark, String title, String text) throws IOException {
        return "## %s\n\nMeasured by `%s` on %s: %s, %d processors, %s, Java %s.\n\n%s".formatted(title,
                benchmark.getSimpleName(), LocalDate.now(ZoneOffset.UTC), processor(),
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name") + " " + System.getProperty("os.arch"), Runtime.version(), text.strip());
    }

    private static String processor() throws IOException {
        Path info = Path.of("/proc/cpuinfo");
        return !Files.exists(info)
                ? "unknown processor"
                : Files.readString(info).lines().filter(line -> line.startsWith("model name")).findFirst()
                        .map(line -> line.substring(line.indexOf(':') + 1).strip()).orElse("unknown processor");
    }
}
