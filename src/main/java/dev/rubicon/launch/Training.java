package dev.rubicon.launch;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Has a JVM go through the command line once and keep what it learned; runs in a process that nobody waits for. */
final class Training {

    private static final String EXERCISE = "dev.rubicon.check.Exercise";
    /** One that was killed does not forbid the next for ever. */
    private static final Duration GIVEN_UP = Duration.ofHours(1);

    private Training() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        Cache cache = Cache.at(Path.of(args[0]));
        Path claim = cache.folder().resolve("training");
        if (cache.trained() || !claimed(claim)) {
            return;
        }
        Path archive = claim.resolve("archive");
        List<String> command = Jvm.command();
        command.addAll(List.of("-XX:AOTCacheOutput=".concat(archive.toString()), "-cp", cache.classPath(), EXERCISE));
        int status = new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD).start().waitFor();
        if (status == 0 && Files.exists(archive)) {
            Files.move(archive, cache.archive(), StandardCopyOption.ATOMIC_MOVE);
            Unpacking.delete(claim);
        }
    }

    private static boolean claimed(Path claim) throws IOException {
        try {
            Files.createDirectory(claim);
            return true;
        } catch (FileAlreadyExistsException e) {
            if (Files.getLastModifiedTime(claim).toInstant().isBefore(Instant.now().minus(GIVEN_UP))) {
                Unpacking.delete(claim);
            }
            return false;
        }
    }
}
