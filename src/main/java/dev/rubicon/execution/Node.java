package dev.rubicon.execution;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.springframework.stereotype.Component;

/** This server process, as attempts and pages name it. */
@Component
class Node {

    private final String name;

    Node() {
        this.name = host() + "-" + ProcessHandle.current().pid();
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
