package dev.rubicon.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What was not tested; the build prints this file at its end and removes it. */
final class LeftOut {

    private static final Path FILE = Path.of("target", "left-out.txt");

    private LeftOut() {}

    static synchronized void add(String sentence) {
        try {
            Files.createDirectories(FILE.getParent());
            Files.writeString(FILE, sentence + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
