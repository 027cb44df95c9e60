package dev.rubicon.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A PostgreSQL that still runs on our data: its Rubicon was killed, which PostgreSQL does not notice. */
final class Leftover {

    private static final Logger LOG = LoggerFactory.getLogger(Leftover.class);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private Leftover() {}

    /** Stops it and waits for its end; the caller holds the folder's lock, so that no living server can be meant. */
    static void stop(Path data) throws IOException {
        Optional<ProcessHandle> running = postmaster(data);
        if (running.isPresent()) {
            LOG.info("A PostgreSQL of a Rubicon that was killed still runs here (process {}); stopping it first.",
                    running.get().pid());
            askToStop(running.get());
            await(running.get(), data);
        }
    }

    /** The main process of the PostgreSQL on this data, if it runs. */
    static Optional<ProcessHandle> postmaster(Path data) throws IOException {
        Path file = data.resolve("postmaster.pid");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        List<String> lines = Files.readAllLines(file);
        if (lines.isEmpty()) {
            return Optional.empty();
        }
        return ProcessHandle.of(Long.parseLong(lines.getFirst().strip())).filter(process -> isPostgres(process, data));
    }

    /** Process numbers come round again: the command has to be postgres, on this folder where the system tells. */
    private static boolean isPostgres(ProcessHandle process, Path data) {
        boolean postgres = process.info().command().map(command -> Path.of(command).getFileName().toString())
                .filter(name -> name.startsWith("postgres")).isPresent();
        return postgres && process.info().arguments().map(arguments -> List.of(arguments).contains(data.toString()))
                .orElse(true);
    }

    /** SIGINT is PostgreSQL's fast shutdown; SIGTERM, all that Java has, would wait for every client to leave. */
    private static void askToStop(ProcessHandle process) throws IOException {
        if (System.getProperty("os.name", "").startsWith("Windows")) {
            process.destroy();
        } else {
            new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start();
        }
    }

    /** Waits for the end of a process that was asked to stop. */
    static void await(ProcessHandle process, Path data) {
        try {
            process.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            throw new StartRefused("The PostgreSQL in %s (process %d) does not stop.".formatted(data, process.pid()),
                    "Stop this process by hand and start again.", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
