package dev.rubicon.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * PostgreSQL's own dump, where the machine has one; {@code -Drubicon.tests.pg-dump=FILE} names another. It dumps servers of
 * its own major version and older ones.
 */
public record PgDump(Path program, int version) {

    private static final Pattern VERSION = Pattern.compile("PostgreSQL\\) (\\d+)");
    /** The program's random key, and what it says of itself. */
    private static final Pattern NOISE = Pattern.compile("^(\\\\(un)?restrict |-- Dumped ).*");

    /** The newest that there is, if it can dump a server of this version. */
    public static Optional<PgDump> fitting(int serverVersion) {
        return programs().flatMap(program -> version(program).map(version -> new PgDump(program, version)).stream())
                .max(Comparator.comparing(PgDump::version)).filter(dump -> dump.version >= serverVersion);
    }

    private static Stream<Path> programs() {
        String named = System.getProperty("rubicon.tests.pg-dump", "");
        Path installed = Path.of("/usr/lib/postgresql");
        try {
            return !named.isEmpty()
                    ? Stream.of(Path.of(named))
                    : Files.isDirectory(installed)
                            ? Files.list(installed).map(each -> each.resolve("bin/pg_dump")).filter(Files::isExecutable)
                            : Stream.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<Integer> version(Path program) {
        Matcher version = VERSION.matcher(String.join("\n", output(List.of(program.toString(), "--version"), "")));
        return version.find() ? Optional.of(Integer.valueOf(version.group(1))) : Optional.empty();
    }

    /** The lines of {@code pg_dump --schema-only} that tell of the schema. */
    public List<String> schema(TestPostgres.Database database) {
        URI server = URI.create(database.url().substring("jdbc:".length()));
        return output(List.of(program.toString(), "--schema-only", "-h", server.getHost(), "-p",
                String.valueOf(server.getPort()), "-U", database.user(), database.name()), database.password()).stream()
                .filter(line -> !NOISE.matcher(line).matches()).toList();
    }

    private static List<String> output(List<String> command, String password) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().put("PGPASSWORD", password);
            Process process = builder.start();
            List<String> lines = new String(process.getInputStream().readAllBytes(),
                    java.nio.charset.StandardCharsets.UTF_8)
                    .lines().toList();
            if (process.waitFor() != 0) {
                throw new IllegalStateException(command + ": " + String.join("\n", lines));
            }
            return lines;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
