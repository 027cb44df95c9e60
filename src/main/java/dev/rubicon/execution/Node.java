package dev.rubicon.execution;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.ThreadLocalRandom;
import org.springframework.stereotype.Component;

/**
 * This server process, as attempts, leases and pages name it. Host and process alone may be another's too: in containers
 * every process has number 1, and two of them may share the host's name.
 */
@Component
class Node {

    private final String name;

    Node() {
        this.name = "%s-%04x-%d".formatted(host(), ThreadLocalRandom.current().nextInt(1 << 16),
                ProcessHandle.current().pid());
    }

    String name() {
        return name;
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }
}
