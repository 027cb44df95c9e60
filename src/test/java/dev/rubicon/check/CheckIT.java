package dev.rubicon.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.plan.PlanDocuments;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The packaged jar, called as people call it. */
class CheckIT {

    private static final Path JAR = Path.of("target", "rubicon.jar").toAbsolutePath();

    @TempDir
    private Path folder;

    private record Run(int status, String out, String err) {}

    @ParameterizedTest
    @ValueSource(strings = {"text", "json", "sarif"})
    void judgesPlansAndScriptsFromTheCacheAndWithoutIt(String format) throws Exception {
        write("V1__users.sql", "ALTR TABLE users;");
        write("plan.yaml", PlanDocuments.RENAME);
        write("broken.yaml", PlanDocuments.RENAME.replace("phase: expand ", "phase: expnad "));
        String cache = folder.resolve(".cache").toString();
        Run first = check(cache, "--format", format, folder.toString());
        assertThat(first.status()).isEqualTo(1);
        assertThat(first.err()).isEmpty();
        assertThat(first.out()).contains("syntax-error", "invalid-plan", "V1__users.sql");
        assertThat(check("off", "--format", format, folder.toString())).isEqualTo(first);
        trained(cache);
        assertThat(check(cache, "--format", format, folder.toString())).isEqualTo(first);
    }

    @Test
    void standsOthersWhoMakeTheCacheAtTheSameTime() throws Exception {
        write("V1__users.sql", "SELECT 1;");
        String cache = folder.resolve(".cache").toString();
        List<Process> processes = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            processes.add(start(cache, "V" + i, folder.toString()));
        }
        for (Process process : processes) {
            assertThat(process.waitFor()).isZero();
        }
        trained(cache);
        try (Stream<Path> made = Files.list(Path.of(cache))) {
            assertThat(made).hasSize(1);
        }
    }

    @Test
    void worksWhereNoCacheCanBe() throws Exception {
        Path file = write("V1__users.sql", "SELECT 1;");
        Run run = check(file + "/below-a-file", file.toString());
        assertThat(run.status()).isZero();
        assertThat(run.out()).contains("nothing found");
    }

    /** So that nothing works in the folder any more when the test ends. */
    private static void trained(String cache) {
        // whoever works there takes files away just while the folder is read
        Awaitility.await().atMost(Duration.ofMinutes(4)).ignoreExceptionsMatching(
                gone -> gone instanceof IOException || gone instanceof UncheckedIOException).until(() -> {
                    try (Stream<Path> all = Files.walk(Path.of(cache), 2)) {
                        List<String> names = all.map(path -> path.getFileName().toString()).toList();
                        return names.contains("rubicon.aot") && !names.contains("training");
                    }
                });
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private Run check(String cache, String... words) throws Exception {
        Process process = start(cache, "run", words);
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        return new Run(process.exitValue(), Files.readString(file("run.out").toPath()),
                Files.readString(file("run.err").toPath()));
    }

    private Process start(String cache, String name, String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar", JAR.toString(), "check"));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("RUBICON_CACHE", cache);
        return builder.redirectOutput(file(name + ".out")).redirectError(file(name + ".err")).start();
    }

    private File file(String name) {
        return folder.resolve(name).toFile();
    }
}
