package dev.rubicon.bench;

import dev.rubicon.testing.TestPostgres.Database;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Clients whose transactions of 20 ms overlap, so that at no moment nobody uses the tables. */
final class Crowd implements AutoCloseable {

    static final int CLIENTS = 40;

    private final List<Thread> clients = new ArrayList<>();
    private final CountDownLatch came = new CountDownLatch(CLIENTS);
    private final AtomicReference<@Nullable SQLException> failure = new AtomicReference<>();
    private volatile boolean ended;

    private Crowd() {}

    /** Returns when every client has begun. */
    static Crowd come(Database to, List<String> statements) {
        Crowd crowd = new Crowd();
        String transaction = "BEGIN; " + String.join("; ", statements) + "; SELECT pg_sleep(0.02); COMMIT";
        for (int i = 0; i < CLIENTS; i++) {
            crowd.clients.add(Thread.ofVirtual().name("crowd-" + i).start(() -> crowd.use(to, transaction)));
        }
        try {
            crowd.came.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return crowd;
    }

    private void use(Database to, String transaction) {
        try (Connection connection = DriverManager.getConnection(to.url() + "?ApplicationName=crowd", to.user(),
                to.password()); Statement statement = connection.createStatement()) {
            came.countDown();
            while (!ended) {
                statement.execute(transaction);
            }
        } catch (SQLException e) {
            failure.compareAndSet(null, e);
            came.countDown();
        }
    }

    @Override
    public void close() {
        ended = true;
        clients.forEach(Moments::await);
        SQLException e = failure.get();
        if (e != null) {
            throw new IllegalStateException(e);
        }
    }
}
