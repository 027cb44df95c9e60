package dev.rubicon.webhook;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One POST in HTTP/1.1, over a connection of its own to an address that was looked at: a client that resolves the name a
 * second time could be led elsewhere. Follows no redirect, reads no more of the answer than is kept, and is over at its
 * deadline however slowly the other side talks.
 */
final class Post {

    static final int EXCERPT = 2_000;

    private static final Logger LOG = LoggerFactory.getLogger(Post.class);

    /** Closes connections at their deadline: a socket's own timeout begins anew at each read, and knows no writing. */
    private static final ScheduledThreadPoolExecutor WATCH = new ScheduledThreadPoolExecutor(1,
            Thread.ofPlatform().daemon().name("webhook-deadline").factory());

    static {
        WATCH.setRemoveOnCancelPolicy(true);
    }

    private final WebhookSettings settings;

    Post(WebhookSettings settings) {
        this.settings = settings;
    }

    /** @param excerpt the beginning of the body */
    record Answer(int status, String excerpt) {}

    /**
     * @throws Unsent with a sentence when there was no answer, or the address is none to be called
     */
    Answer send(URI given, Map<String, String> headers, String body) throws Unsent {
        URI url = URI.create(given.toASCIIString());
        long deadline = System.nanoTime() + settings.timeout().toNanos();
        boolean tls = "https".equals(url.getScheme());
        if (!tls && !settings.allowHttp()) {
            throw new Unsent("it is not https, and this server calls nothing else");
        }
        int port = url.getPort() >= 0 ? url.getPort() : tls ? 443 : 80;
        try (Socket plain = new Socket()) {
            Future<?> watch = WATCH.schedule(() -> close(plain), left(deadline), TimeUnit.MILLISECONDS);
            try {
                plain.connect(new InetSocketAddress(address(url, deadline), port), left(deadline));
                return exchange(tls ? secured(plain, url.getHost(), port) : plain, request(url, headers, body));
            } finally {
                watch.cancel(false);
            }
        } catch (IOException e) {
            if (e instanceof SocketTimeoutException || isNear(deadline)) {
                throw new Unsent("no answer within " + settings.timeout().toSeconds() + " s");
            }
            throw new Unsent(e.getClass().getSimpleName() + ": " + e.getMessage());
        }
    }

    private static Answer exchange(Socket socket, byte[] request) throws IOException, Unsent {
        socket.getOutputStream().write(request);
        socket.getOutputStream().flush();
        return Reply.from(socket.getInputStream());
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.debug("A connection could not be closed", e);
        }
    }

    private InetAddress address(URI url, long deadline) throws IOException, Unsent {
        InetAddress[] all = Names.resolve(url.getHost(), left(deadline));
        for (InetAddress address : all) {
            if (!settings.allowPrivate() && !Addresses.isPublic(address)) {
                throw new Unsent("it leads to this machine or a private network, which this server does not call; an "
                        + "administrator of the server allows that with rubicon.webhooks.allow-private");
            }
        }
        return all[0];
    }

    private static SSLSocket secured(Socket plain, String host, int port) throws IOException {
        SSLSocket secured = (SSLSocket) ((SSLSocketFactory) SSLSocketFactory.getDefault()).createSocket(plain, host,
                port, true);
        SSLParameters parameters = secured.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secured.setSSLParameters(parameters);
        secured.startHandshake();
        return secured;
    }

    private static byte[] request(URI url, Map<String, String> headers, String body) {
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        String path = (url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath())
                + (url.getRawQuery() == null ? "" : "?" + url.getRawQuery());
        StringBuilder head = new StringBuilder("POST " + path + " HTTP/1.1\r\nHost: " + url.getHost()
                + (url.getPort() < 0 ? "" : ":" + url.getPort()) + "\r\nConnection: close\r\nContent-Length: "
                + content.length + "\r\n");
        headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        byte[] first = head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
        byte[] all = java.util.Arrays.copyOf(first, first.length + content.length);
        System.arraycopy(content, 0, all, first.length, content.length);
        return all;
    }

    private static int left(long deadline) throws SocketTimeoutException {
        long millis = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
        if (millis <= 0) {
            throw new SocketTimeoutException();
        }
        return (int) millis;
    }

    /** Whether less than a millisecond is left, by which the watch may be early. */
    private static boolean isNear(long deadline) {
        return Duration.ofNanos(deadline - System.nanoTime()).toMillis() <= 0;
    }

    /** Nothing came back; the message says why, without anything that was sent. */
    static final class Unsent extends Exception {
        Unsent(String message) {
            super(message);
        }

        String sentence() {
            return String.valueOf(getMessage());
        }
    }
}
