package dev.rubicon.testing;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports for servers that are started later, or again on the same one. */
public final class Ports {

    /** Below those that the system gives to outgoing connections: what is free now is not taken by one of them meanwhile. */
    private static final int LOWEST = 20_000;
    private static final int HIGHEST = 32_000;

    private Ports() {}

    /** One that nobody listens on. */
    public static int free() {
        return ThreadLocalRandom.current().ints(LOWEST, HIGHEST).filter(Ports::isFree).findFirst().orElseThrow();
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
