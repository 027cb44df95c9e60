package dev.rubicon.check;

import dev.rubicon.analysis.RulePage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Goes once through all that the command line does, for a JVM that takes note of what it needs. */
final class Exercise {

    private static final List<String> FILES = List.of("exercise/V1__exercise.sql",
            "exercise/V2__exercise.down.sql", "demo/rename-username.yaml");

    private Exercise() {}

    public static void main(String[] args) throws IOException {
        Path folder = Files.createTempDirectory("rubicon");
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
        List<Path> written = write(folder);
        try {
            for (String format : List.of("text", "json", "sarif")) {
                new Check(new ByteArrayInputStream(resource(FILES.getFirst())), nowhere, System.err, true)
                        .check(List.of("--format", format, "--style", folder.toString(), "-"));
            }
        } finally {
            for (Path file : written) {
                Files.deleteIfExists(file);
            }
            Files.delete(folder);
        }
    }

    /** Files of our own, and the examples of all rules, so that each rule has found something once. */
    private static List<Path> write(Path folder) throws IOException {
        List<Path> written = new ArrayList<>();
        for (String file : FILES) {
            written.add(Files.write(folder.resolve(Path.of(file).getFileName()), resource(file)));
        }
        for (RulePage page : Judging.rules()) {
            written.add(Files.writeString(folder.resolve(page.id() + ".sql"), page.bad()));
            written.add(Files.writeString(folder.resolve(page.id() + "-good.sql"), page.good()));
        }
        return written;
    }

    private static byte[] resource(String name) {
        try (InputStream file = Exercise.class.getResourceAsStream("/" + name)) {
            if (file == null) {
                throw new IllegalStateException(name + " is missing in the class path");
            }
            return file.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
