package dev.rubicon.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The network in front of a server: it carries bytes, until it is cut. */
public final class Network implements AutoCloseable {

    private final ServerSocket door;
    private final int serverPort;
    private final Set<Pair> pairs = ConcurrentHashMap.newKeySet();
    private volatile boolean answersLost;
    private volatile boolean silent;

    public Network(int serverPort) {
        this.serverPort = serverPort;
        try {
            door = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().name("network-" + door.getLocalPort()).start(this::accept);
    }

    public int port() {
        return door.getLocalPort();
    }

    /** From now on nothing comes through in either direction, and nobody is told; new connections hang. */
    public void goSilent() {
        silent = true;
    }

    public boolean silent() {
        return silent;
    }

    /** From now on what is sent arrives, and what is answered is lost on the way. */
    public void loseAnswers() {
        answersLost = true;
    }

    /** Breaks every connection that there is; each end sees a reset. */
    public void cut() {
        pairs.forEach(Pair::close);
    }

    /** Whatever was open breaks, as behind a firewall that lost its state; from now on connections work again. */
    public void heal() {
        silent = false;
        answersLost = false;
        // behind that, or one that is opened in between loses its first words and hangs for ever
        cut();
    }

    private void accept() {
        while (!door.isClosed()) {
            try {
                Pair pair = new Pair(door.accept());
                pairs.add(pair);
                Thread.ofVirtual().start(pair::carry);
            } catch (IOException closed) {
                return;
            }
        }
    }

    /** One connection: a client's half and the server's. */
    private final class Pair {

        private final Socket client;
        private final Socket server = new Socket();

        Pair(Socket client) {
            this.client = client;
        }

        void carry() {
            try {
                client.setTcpNoDelay(true);
                server.setTcpNoDelay(true);
                server.connect(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), serverPort), 5000);
                Thread.ofVirtual().start(() -> pump(server, client, true));
                pump(client, server, false);
            } catch (IOException refused) {
                close();
            }
        }

        private void pump(Socket from, Socket to, boolean answers) {
            byte[] buffer = new byte[16_384];
            try {
                int length;
                while ((length = from.getInputStream().read(buffer)) >= 0) {
                    if (!silent && !(answers && answersLost)) {
                        to.getOutputStream().write(buffer, 0, length);
                    }
                }
                ended(answers);
            } catch (IOException broken) {
                ended(answers);
            }
        }

        /** Of an end that comes while the network is cut, the other side hears nothing. */
        private void ended(boolean answers) {
            if (!silent && !(answers && answersLost)) {
                close();
            }
        }

        void close() {
            pairs.remove(this);
            reset(client);
            reset(server);
        }

        private static void reset(Socket socket) {
            try {
                socket.setSoLinger(true, 0); // a reset, not a goodbye
                socket.close();
            } catch (IOException alreadyGone) {
                return;
            }
        }
    }

    @Override
    public void close() {
        try {
            door.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cut();
    }
}
