package dev.rubicon.webhook;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Resolves names within a time. The system's resolver knows no deadline, and holds the thread that carries a virtual one, so
 * it is asked on threads of its own.
 */
final class Names {

    private static final int AT_A_TIME = 40;
    private static final ThreadPoolExecutor THREADS = new ThreadPoolExecutor(AT_A_TIME, AT_A_TIME, 30,
            TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name("webhook-names-", 0).factory());

    static {
        THREADS.allowCoreThreadTimeOut(true);
    }

    private Names() {}

    /**
     * @throws SocketTimeoutException when there is no answer in time
     * @throws IOException when there is no such name
     */
    static InetAddress[] resolve(String host, int millis) throws IOException {
        Future<InetAddress[]> asked = THREADS.submit(() -> InetAddress.getAllByName(host));
        try {
            return asked.get(millis, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new SocketTimeoutException("no address of " + host);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException fault ? fault : new IOException(e.getCause());
        } finally {
            asked.cancel(true);
        }
    }
}
