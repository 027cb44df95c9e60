package dev.rubicon.webhook;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * One POST in HTTP/1.1, over a connection of its own to an address that was looked at: a client that resolves the name a
 * second time could be led elsewhere. Follows no redirect, reads no more of the answer than is kept, and is over at its
 * deadline however slowly the other side talks.
 */
final class Post {

    static final int EXCERPT = 2_000;

    private static final int LONGEST_HEAD = 16_384;
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3})(?: .*)?");

    private final WebhookSettings settings;

    Post(WebhookSettings settings) {
        this.settings = settings;
    }

    /** @param excerpt the beginning of the body */
    record Answer(int status, String excerpt) {}

    /**
     * @throws Unsent with a sentence when there was no answer, or the address is none to be called
     */
    Answer send(URI url, Map<String, String> headers, String body) throws Unsent {
        long deadline = System.nanoTime() + settings.timeout().toNanos();
        boolean tls = "https".equals(url.getScheme());
        if (!tls && !settings.allowHttp()) {
            throw new Unsent("it is not https, and this server calls nothing else");
        }
        int port = url.getPort() >= 0 ? url.getPort() : tls ? 443 : 80;
        try (Socket plain = new Socket()) {
            plain.connect(new InetSocketAddress(address(url), port), left(deadline));
            plain.setSoTimeout(left(deadline));
            return exchange(tls ? secured(plain, url.getHost(), port) : plain, request(url, headers, body), deadline);
        } catch (SocketTimeoutException e) {
            throw new Unsent("no answer within " + settings.timeout().toSeconds() + " s");
        } catch (IOException e) {
            throw new Unsent(e.getClass().getSimpleName() + ": " + e.getMessage());
        }
    }

    private InetAddress address(URI url) throws IOException, Unsent {
        InetAddress[] all = InetAddress.getAllByName(url.getHost());
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

    private Answer exchange(Socket socket, byte[] request, long deadline) throws IOException, Unsent {
        socket.getOutputStream().write(request);
        socket.getOutputStream().flush();
        StringBuilder read = new StringBuilder();
        InputStream in = socket.getInputStream();
        byte[] buffer = new byte[4_096];
        int end = -1;
        while (read.length() < LONGEST_HEAD + EXCERPT && (end < 0 || !isEnough(read, end))) {
            socket.setSoTimeout(left(deadline));
            int count = in.read(buffer);
            if (count < 0) {
                break;
            }
            read.append(new String(buffer, 0, count, StandardCharsets.ISO_8859_1));
            end = read.indexOf("\r\n\r\n");
        }
        return answer(read.toString(), end);
    }

    /** A body that says how long it is need not be waited for when all of it, or of what is kept, is there. */
    private static boolean isEnough(CharSequence read, int end) {
        Matcher length = Pattern.compile("(?i)\r\ncontent-length:\\s*(\\d{1,9})\\s*\r\n")
                .matcher(read.subSequence(0, end + 2));
        int wanted = length.find() ? Math.min(EXCERPT, Integer.parseInt(length.group(1))) : EXCERPT;
        return read.length() - end - 4 >= wanted;
    }

    private static Answer answer(String read, int end) throws Unsent {
        int line = read.indexOf("\r\n");
        Matcher status = STATUS.matcher(line < 0 ? read : read.substring(0, line));
        if (!status.matches()) {
            throw new Unsent(read.isEmpty() ? "the connection was closed without an answer" : "the answer is not HTTP");
        }
        String body = end < 0 ? "" : read.substring(end + 4);
        String text = new String(body.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8)
                .replaceAll("[\\p{Cntrl}&&[^\n\t]]", "");
        return new Answer(Integer.parseInt(status.group(1)),
                text.length() > EXCERPT ? text.substring(0, EXCERPT) : text);
    }

    private static int left(long deadline) throws SocketTimeoutException {
        long millis = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
        if (millis <= 0) {
            throw new SocketTimeoutException();
        }
        return (int) millis;
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
