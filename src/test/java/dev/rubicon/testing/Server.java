package dev.rubicon.testing;

import dev.rubicon.RubiconApplication;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/** A Rubicon server in a JVM of its own, to be killed. */
public final class Server implements AutoCloseable {

    private final Process process;
    private final int port;
    private final Path log;

    private Server(Process process, int port, Path log) {
        this.process = process;
        this.port = port;
        this.log = log;
    }

    /** Starts one on a free port and waits until it answers. */
    public static Server start(Path folder, Map<String, String> properties, Map<String, String> environment) {
        try {
            int port = Ports.free();
            List<String> arguments = new ArrayList<>(List.of("--server.port=" + port));
            properties.forEach((name, value) -> arguments.add("--" + name + "=" + value));
            Path log = Files.createTempFile(folder, "server", ".log");
            ProcessBuilder builder = JavaProcess.of(RubiconApplication.class, arguments.toArray(String[]::new))
                    .directory(folder.toFile()).redirectOutput(log.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            Server server = new Server(process, port, log);
            server.awaitReady();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Until the demo is told: then its plan waits for the approver. */
    public void awaitDemo() {
        Awaitility.await("the demo").atMost(Duration.ofMinutes(4)).pollInterval(Duration.ofMillis(500)).until(() -> {
            Api.Answer inbox = api().as("approver").get("/me/inbox");
            return inbox.status() == 200 && !inbox.body().path("waitsForMe").isEmpty();
        });
    }

    public Api api() {
        return Api.of(port);
    }

    public int port() {
        return port;
    }

    public long pid() {
        return process.pid();
    }

    /** kill -9: no shutdown hook runs, nothing is flushed. */
    public void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    public String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().orTimeout(180, java.util.concurrent.TimeUnit.SECONDS).join();
    }

    private void awaitReady() {
        Awaitility.await("server on port " + port).atMost(Duration.ofSeconds(180))
                .pollInterval(Duration.ofMillis(200)).until(() -> {
                    if (!process.isAlive()) {
                        throw new IllegalStateException("The server ended at start:\n" + log());
                    }
                    return healthy();
                });
    }

    private boolean healthy() {
        try {
            var connection = (java.net.HttpURLConnection) java.net.URI
                    .create("http://localhost:" + port + "/actuator/health/readiness").toURL().openConnection();
            connection.setConnectTimeout(500);
            connection.setReadTimeout(2000);
            return connection.getResponseCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }
}
