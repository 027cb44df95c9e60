package dev.rubicon.bench;

import dev.rubicon.testing.TestPostgres;
import dev.rubicon.testing.TestPostgres.Database;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.awaitility.Awaitility;

/**
 * Copies of a filled database, file by file, on a server that syncs what it commits: each side of a comparison starts
 * from the same pages and the same statistics.
 */
final class Copies {

    private static final Database SERVER = TestPostgres.syncedDatabase();
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private Copies() {}

    /** A new empty database on the server of the copies. */
    static Database empty() {
        Database made = named("filled_" + NUMBER.incrementAndGet());
        SERVER.run("CREATE DATABASE " + made.name());
        return made;
    }

    /** Nobody may be connected to the one that is copied. The server writes everything to disk before and after. */
    static Database of(Database filled) {
        Database copy = named("copy_" + NUMBER.incrementAndGet());
        SERVER.run("CREATE DATABASE " + copy.name() + " TEMPLATE " + filled.name() + " STRATEGY FILE_COPY",
                "CHECKPOINT");
        return copy;
    }

    /** Works on a copy that is gone afterwards. */
    static void with(Database filled, Consumer<Database> work) {
        Database copy = of(filled);
        try {
            work.accept(copy);
        } finally {
            drop(copy);
        }
    }

    static void drop(Database copy) {
        SERVER.run("DROP DATABASE " + copy.name() + " WITH (FORCE)");
    }

    private static Database named(String name) {
        String server = SERVER.url().substring(0, SERVER.url().lastIndexOf('/') + 1);
        return new Database(name, server + name, SERVER.user(), SERVER.password());
    }

    /**
     * Whether the server vacuums by itself, and then as soon as a fifth of a table's rows is dead: it looks every second.
     * With an installation's minute it would be at work beside some sides of a comparison and not beside others.
     */
    static void vacuuming(boolean on) {
        SERVER.run("ALTER SYSTEM SET autovacuum = " + on, "ALTER SYSTEM SET autovacuum_naptime = '1s'");
        SERVER.value("SELECT pg_reload_conf()");
        Awaitility.await().until(() -> SERVER.value("SHOW autovacuum"), (on ? "on" : "off")::equals);
    }

    /** What the reader of a table has to know of the server. */
    static String server() {
        return """
                PostgreSQL %s, fsync %s, synchronous_commit %s, shared_buffers %s, min_wal_size %s,
                autovacuum off, all else as installed"""
                .formatted(SERVER.value("SHOW server_version"), SERVER.value("SHOW fsync"),
                        SERVER.value("SHOW synchronous_commit"), SERVER.value("SHOW shared_buffers"),
                        SERVER.value("SHOW min_wal_size"));
    }
}
