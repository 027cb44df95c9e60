package dev.rubicon.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.testing.BenchmarkReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How quick the grammar is, in a JVM where nothing has used it: the profile gives each benchmark its own. */
@Tag("bench")
class ParserBenchmark {

    private static final Path FOLDER = Path.of("src/test/resources/corpus");
    private static final int FILES = 1_000;
    private static final int SCRIPT = 60;
    private static final int ROUNDS = 8;
    private static final int REPEATS = 30;

    private final Scripts scripts = new Scripts(new Grammar());
    private final List<String> rows = new ArrayList<>();
    private long began = System.nanoTime();
    private long spent = cpu();

    @Test
    void readsColdAndWarm() throws IOException {
        List<String> statements = statements();
        restart();
        scripts.read("SELECT 1");
        tell("first instance and statement");
        String script = String.join(";\n", statements.subList(0, SCRIPT));
        assertThat(scripts.read(script).statements()).hasSize(SCRIPT);
        tell("first file of " + SCRIPT + " statements");
        IntStream.range(0, FILES).forEach(i -> scripts.read(statements.get(i % statements.size())));
        tell(FILES + " files of one statement, one after the other");
        for (int round = 0; round < ROUNDS; round++) {
            IntStream.range(0, REPEATS).forEach(i -> scripts.read(script));
            tell("%d files of %d statements, round %d: %.3f ms a statement".formatted(REPEATS, SCRIPT, round + 1,
                    millis() / REPEATS / SCRIPT));
        }
        IntStream.range(0, FILES)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> scripts.read(statements.get(i % statements.size()))))
                .toList().forEach(CompletableFuture::join);
        tell(FILES + " files of one statement, all at once");
        BenchmarkReport.ofThisBuild().replace(getClass(), "The grammar, cold and warm", """
                Statements of the corpus, read one after the other in a JVM that has never used the grammar.

                | | ms | ms of CPU in all threads |
                |---|---|---|
                %s
                """.formatted(String.join("\n", rows)));
    }

    private double millis() {
        return (System.nanoTime() - began) / 1e6;
    }

    private void tell(String what) {
        rows.add(String.format(Locale.ROOT, "| %s | %.0f | %d |", what, millis(), (cpu() - spent) / 1_000_000));
        restart();
    }

    private void restart() {
        began = System.nanoTime();
        spent = cpu();
    }

    private static long cpu() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
    }

    /** Cut without the grammar, which is to stay cold. */
    private static List<String> statements() throws IOException {
        List<String> statements = new ArrayList<>();
        try (Stream<Path> files = Files.list(FOLDER)) {
            for (Path file : files.filter(path -> !path.endsWith("wrong.sql")).sorted().toList()) {
                String text = Files.readString(file);
                for (int from = 0; from < text.length();) {
                    Pieces.Piece piece = Pieces.next(text, from);
                    if (!piece.empty() && piece.inner().isEmpty()) {
                        statements.add(text.substring(from, piece.end()).replaceFirst(";$", ""));
                    }
                    from = piece.end();
                }
            }
        }
        return statements;
    }
}
