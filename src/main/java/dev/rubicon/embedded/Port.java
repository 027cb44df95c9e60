package dev.rubicon.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The port that a server keeps from its first start on: databases on it are registered as targets, and approvals hold for
 * a target's host and port.
 */
final class Port {

    private static final Logger LOG = LoggerFactory.getLogger(Port.class);
    /** Below what systems give to outgoing connections, so that it is still free at the next start. */
    private static final int LOWEST = 20_000;
    private static final int HIGHEST = 32_000;

    private Port() {}

    /** The port in this file where it is free; else another one, written there. */
    static int keptIn(Path file) throws IOException {
        if (Files.exists(file)) {
            int kept = Integer.parseInt(Files.readString(file).strip());
            if (isFree(kept)) {
                return kept;
            }
            LOG.warn("Another process uses the port {} of the embedded PostgreSQL, which takes a new one. Targets that "
                    + "are registered with the old one, like the demo's, are not reached.", kept);
        }
        int port = ThreadLocalRandom.current().ints(LOWEST, HIGHEST).filter(Port::isFree).findFirst().orElseThrow();
        Files.writeString(file, Integer.toString(port));
        return port;
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
