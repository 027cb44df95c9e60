package dev.rubicon.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.testing.BenchmarkReport;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs by {@code mvn -Pbench verify}: times the command line beside squawk's, and writes the table. */
@Tag("bench")
class CheckBenchmark {

    private static final Path JAR = Path.of("target", "rubicon.jar").toAbsolutePath();
    private static final Path NPM = Path.of("src", "bench", "npm", "node_modules").toAbsolutePath();
    private static final int FILES = 1_000;
    private static final long SEED = 7;
    private static final int REPETITIONS = Integer.getInteger("bench.repetitions", 7);

    @TempDir
    private Path folder;

    /** One side of the comparison; times in seconds. */
    private record Side(String name, Action action, List<Double> seconds) {
        double median() {
            List<Double> sorted = seconds.stream().sorted().toList();
            return sorted.get(sorted.size() / 2);
        }
    }

    private interface Action {
        void run() throws Exception;
    }

    @Test
    void timesAThousandFilesBesideSquawk() throws Exception {
        Path many = Files.createDirectory(folder.resolve("many"));
        Path single = Files.createDirectory(folder.resolve("single"));
        GeneratedMigrations.write(many, FILES, SEED);
        GeneratedMigrations.write(single, 1, SEED);
        prepare(single);
        List<Side> sides = sides(many, single);
        for (int i = 0; i < REPETITIONS; i++) {
            for (Side side : sides) {
                long start = System.nanoTime();
                side.action().run();
                side.seconds().add((System.nanoTime() - start) / 1e9);
            }
        }
        BenchmarkReport.ofThisBuild().replace(getClass(), "The command line beside squawk", table(sides));
        assertThat(sides).allSatisfy(side -> assertThat(side.seconds()).hasSize(REPETITIONS));
    }

    private List<Side> sides(Path many, Path single) throws IOException {
        List<String> squawk = List.of(nativeSquawk().toString());
        List<String> node = List.of("node", NPM.resolve("squawk-cli/js/bin/squawk").toString());
        List<String> rubicon = List.of(java(), "-jar", JAR.toString(), "check");
        Map<String, Action> actions = new LinkedHashMap<>();
        actions.put("squawk, native binary", () -> process(squawk, files(many)));
        actions.put("squawk, through its Node script", () -> process(node, files(many)));
        actions.put("rubicon check", () -> process(rubicon, List.of(many.toString())));
        actions.put("rubicon check, `RUBICON_CACHE=off`", () -> uncached(rubicon, many));
        actions.put("rubicon check, warm in one JVM", () -> inProcess(many));
        actions.put("squawk, native binary, one file", () -> process(squawk, files(single)));
        actions.put("rubicon check, one file", () -> process(rubicon, List.of(single.toString())));
        return actions.entrySet().stream()
                .map(each -> new Side(each.getKey(), each.getValue(), new ArrayList<>())).toList();
    }

    /** The first use makes the cache; a few rounds in this JVM make it warm. */
    private void prepare(Path single) throws Exception {
        process(List.of(java(), "-jar", JAR.toString(), "check"), List.of(single.toString()));
        Path cache = folder.resolve("cache");
        for (int waited = 0; !trained(cache) && waited < 240; waited++) {
            TimeUnit.MILLISECONDS.sleep(500);
        }
        assertThat(trained(cache)).as("the AOT cache was made").isTrue();
        Path warm = Files.createDirectory(folder.resolve("warm"));
        GeneratedMigrations.write(warm, FILES, SEED + 1);
        for (int i = 0; i < 10; i++) {
            inProcess(warm);
        }
    }

    private static boolean trained(Path cache) throws IOException {
        try (Stream<Path> all = Files.walk(cache, 2)) {
            return all.anyMatch(path -> path.endsWith("rubicon.aot"));
        }
    }

    private static void inProcess(Path files) {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
        new Check(new ByteArrayInputStream(new byte[0]), nowhere, nowhere, false).check(List.of(files.toString()));
    }

    private void process(List<String> command, List<String> arguments) throws Exception {
        run(command, arguments, folder.resolve("cache").toString());
    }

    private void uncached(List<String> command, Path files) throws Exception {
        run(command, List.of(files.toString()), "off");
    }

    private void run(List<String> command, List<String> arguments, String cache) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(Stream.concat(command.stream(), arguments.stream()).toList());
        builder.environment().put("RUBICON_CACHE", cache);
        File output = folder.resolve("output.txt").toFile();
        Process process = builder.redirectErrorStream(true).redirectOutput(output).start();
        assertThat(process.waitFor()).as("exit status: findings, no trouble; " + Files.readString(output.toPath())
                .lines().limit(3).toList()).isLessThanOrEqualTo(1);
    }

    private static List<String> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(Path::toString).sorted().toList();
        }
    }

    private static Path nativeSquawk() throws IOException {
        try (Stream<Path> files = Files.walk(NPM.resolve("@squawk-cli"), 3)) {
            return files.filter(path -> java.util.Objects.requireNonNull(path.getParent()).endsWith("bin")).findFirst()
                    .orElseThrow();
        }
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private static String table(List<Side> sides) throws IOException {
        double base = sides.getFirst().median();
        double one = sides.get(sides.size() - 2).median();
        String rows = sides.stream().map(side -> row(side, side.name().contains("one file") ? one : base))
                .collect(Collectors.joining("\n"));
        return """
                %,d migration files with 1 to 6 statements, generated from one seed; one process for all files, its start
                included, unless a row says otherwise. All rules of safety are on, output goes to a file. Median of %d
                repetitions, the sides interleaved. squawk %s is called as its npm package brings it: the native binary, and
                the Node script before it that users call.

                | | seconds | times squawk's binary |
                |---|---|---|
                %s
                """.formatted(FILES, REPETITIONS, squawkVersion(), rows);
    }

    private static String row(Side side, double base) {
        return String.format(Locale.ROOT, "| %s | %.3f | %.1f |", side.name(), side.median(), side.median() / base);
    }

    private static String squawkVersion() throws IOException {
        String json = Files.readString(NPM.resolve("squawk-cli/package.json"));
        return json.replaceAll("(?s).*\"version\": \"([^\"]+)\".*", "$1");
    }
}
