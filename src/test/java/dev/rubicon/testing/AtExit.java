package dev.rubicon.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Ends the Rubicon servers of the tests, then their databases, when the last test has run: before the JVM ends, for
 * Surefire kills one that takes more than thirty seconds to end, and files of hundreds of databases are to be deleted. A
 * shutdown hook is there for a JVM that ends before. JUnit finds this by itself.
 */
public final class AtExit implements BeforeAllCallback {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final List<ConfigurableApplicationContext> RUBICONS = new CopyOnWriteArrayList<>();
    private static final List<EmbeddedPostgres> DATABASES = new CopyOnWriteArrayList<>();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(AtExit::afterRubicons, "test-databases-end"));
    }

    static void end(ConfigurableApplicationContext rubicon) {
        RUBICONS.add(rubicon);
    }

    static void end(EmbeddedPostgres database) {
        DATABASES.add(database);
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        context.getRoot().getStore(ExtensionContext.Namespace.create(AtExit.class)).computeIfAbsent(AtExit.class,
                key -> (AutoCloseable) AtExit::afterAllTests);
    }

    private static void afterAllTests() {
        RUBICONS.forEach(ConfigurableApplicationContext::close);
        endDatabases();
    }

    /** Hooks run all at once: Spring ends its servers in its own, and one whose database went first waits for it. */
    private static void afterRubicons() {
        long began = System.nanoTime();
        while (RUBICONS.stream().anyMatch(ConfigurableApplicationContext::isActive)
                && System.nanoTime() - began < PATIENCE.toNanos()) {
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                break;
            }
        }
        endDatabases();
    }

    private static void endDatabases() {
        DATABASES.parallelStream().forEach(database -> {
            try {
                database.close();
            } catch (IOException e) {
                System.err.println("While a database server of the tests was ended: " + e); // the rest has to end too
            }
        });
    }
}
