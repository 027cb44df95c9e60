package dev.rubicon.faults;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;

/** Follows the events of a rollout at one node until that node goes. */
final class EventReader {

    private static final Duration LONG = Duration.ofSeconds(180);

    private final List<Long> seen = new CopyOnWriteArrayList<>();
    private final Thread thread;

    private EventReader(int port, long rollout, long after) {
        thread = Thread.ofVirtual().start(() -> follow(port, rollout, after));
    }

    /** Begins behind an event, as a browser does that comes back. */
    static EventReader at(int port, long rollout, long after) {
        return new EventReader(port, rollout, after);
    }

    /** Numbers of the events heard of so far. */
    List<Long> seen() {
        return List.copyOf(seen);
    }

    void awaitMore(int events) {
        Awaitility.await("events").atMost(LONG).until(() -> seen.size() >= events);
    }

    /** Waits until the node has gone; the number of the last event that came. */
    long awaitEnd() {
        Awaitility.await("end of the stream").atMost(LONG).until(() -> !thread.isAlive());
        return seen.getLast();
    }

    private void follow(int port, long rollout, long after) {
        try {
            var stream = (HttpURLConnection) URI
                    .create("http://localhost:" + port + "/api/v1/rollouts/" + rollout + "/events").toURL()
                    .openConnection();
            stream.setRequestProperty("Accept", "text/event-stream");
            stream.setRequestProperty("Last-Event-ID", String.valueOf(after));
            stream.setRequestProperty("Authorization", "Basic " + Base64.getEncoder().encodeToString(
                    ("operator:operator" + Cluster.ENDING).getBytes(StandardCharsets.UTF_8)));
            try (var lines = new BufferedReader(
                    new InputStreamReader(stream.getInputStream(), StandardCharsets.UTF_8))) {
                lines.lines().filter(line -> line.startsWith("id:"))
                        .forEach(line -> seen.add(Long.parseLong(line.substring(3).strip())));
            }
        } catch (IOException | RuntimeException gone) {
            return;
        }
    }
}
