package dev.rubicon.registry;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a backfill has to keep to on a target, as one of the target's settings. A backfill slows down on the way to a limit,
 * and stands still at it.
 */
public enum BackfillLimit {
    /** Seconds that the slowest physical replica may be behind. */
    REPLICA_LAG("replicaLag", Kind.DURATION, "5s", "Replica lag", "that the slowest replica may be behind"),
    /** Bytes of write-ahead log that the server may keep for the slot that needs the oldest. */
    SLOT_BACKLOG("slotBacklog", Kind.BYTES, "16GiB", "WAL kept for slots",
            "that the server may keep for the replication slot that is furthest behind"),
    /** Bytes of write-ahead log that the whole server may write in a second. */
    WAL_RATE("walRate", Kind.BYTES, "256MiB", "WAL a second", "that the whole server may write"),
    /** Finished files of write-ahead log that may wait for the archiver. */
    ARCHIVE_BACKLOG("archiveBacklog", Kind.NUMBER, "50", "WAL files to archive", "that may wait for the archiver"),
    /** Sessions of others that may wait at once for locks of a backfill. */
    LOCK_WAITS("lockWaits", Kind.NUMBER, "5", "Sessions that wait for us",
            "that may wait at once for locks which the backfill holds"),
    /** The share of max_connections that others' running statements may take. */
    ACTIVE_BACKENDS("activeBackends", Kind.PERCENT, "50%", "Active sessions",
            "of max_connections, that may run statements of others"),
    /** Seconds that the oldest snapshot may be old: what is dead since then cannot be vacuumed away. */
    OLDEST_SNAPSHOT("oldestSnapshot", Kind.DURATION, "1h", "Oldest snapshot",
            "that the oldest transaction may be open, as it keeps dead rows from being vacuumed away"),
    /** How many times their usual time the application's statements, or the probe, may take. */
    APPLICATION_LATENCY("applicationLatency", Kind.FACTOR, "2", "Application's latency",
            "times their usual time, that statements of others or the probe may take"),
    /** A query that is as quick as the application is, timed about once a second; none unless set. */
    PROBE("probe", Kind.QUERY, "off", "Probe query",
            "one SELECT, timed about once a second in a READ ONLY transaction of at most 500 ms");

    /** How a limit is written. */
    public enum Kind {
        /** Like {@code 5s}. */
        DURATION("a duration like 500ms, 5s or 10m"),
        /** Like {@code 16GiB}. */
        BYTES("a size like 512KiB, 64MiB or 2GiB"),
        /** Like {@code 50}. */
        NUMBER("a whole number from 1"),
        /** Like {@code 50%}. */
        PERCENT("a share from 1% to 100%"),
        /** Like {@code 1.5}. */
        FACTOR("a factor above 1, like 1.5"),
        /** One SELECT. */
        QUERY("one SELECT of at most 2000 characters");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        public String words() {
            return words;
        }
    }

    /** The value that switches a limit off. */
    public static final String OFF = "off";

    static final String PREFIX = "backfill.";
    private static final Pattern SIZE = Pattern.compile("(\\d{1,9})(KiB|MiB|GiB)");
    private static final Pattern WHOLE = Pattern.compile("[1-9]\\d{0,8}");
    private static final Pattern SHARE = Pattern.compile("(100|[1-9]\\d?)%");
    private static final Pattern FACTOR = Pattern.compile("[1-9]\\d{0,2}(\\.\\d{1,2})?");
    private static final int LONGEST_QUERY = 2_000;

    private final String key;
    private final Kind kind;
    private final String usual;
    private final String title;
    private final String sentence;

    BackfillLimit(String key, Kind kind, String usual, String title, String sentence) {
        this.key = key;
        this.kind = kind;
        this.usual = usual;
        this.title = title;
        this.sentence = sentence;
    }

    static Optional<BackfillLimit> ofKey(String key) {
        return Arrays.stream(values()).filter(limit -> limit.key().equals(key)).findFirst();
    }

    /** The name of the setting, like {@code backfill.replicaLag}. */
    public String key() {
        return PREFIX + key;
    }

    public Kind kind() {
        return kind;
    }

    /** What holds where nothing is set. */
    public String usual() {
        return usual;
    }

    public String title() {
        return title;
    }

    /** What is limited, to stand behind the value. */
    public String sentence() {
        return sentence;
    }

    /** Whether the text is a value, or {@link #OFF}. */
    boolean takes(String text) {
        return text.equals(OFF) || (kind == Kind.QUERY
                ? !text.isBlank() && text.length() <= LONGEST_QUERY && text.indexOf('\0') < 0
                : number(text).isPresent());
    }

    /** In seconds, bytes, pieces, or as a share or factor; empty for {@link #OFF}, a query, and what is no value. */
    OptionalDouble number(String text) {
        double number = switch (kind) {
            case DURATION -> seconds(text);
            case BYTES -> bytes(text);
            case NUMBER -> WHOLE.matcher(text).matches() ? Long.parseLong(text) : 0;
            case PERCENT -> SHARE.matcher(text).matches()
                    ? Integer.parseInt(text.substring(0, text.length() - 1)) / 100.0
                    : 0;
            case FACTOR -> FACTOR.matcher(text).matches() && Double.parseDouble(text) > 1
                    ? Double.parseDouble(text)
                    : 0;
            case QUERY -> 0;
        };
        return number > 0 ? OptionalDouble.of(number) : OptionalDouble.empty();
    }

    private static double seconds(String text) {
        try {
            return Durations.parse(text).toMillis() / 1_000.0;
        } catch (IllegalArgumentException e) {
            return 0;
        }
    }

    private static double bytes(String text) {
        Matcher matcher = SIZE.matcher(text);
        if (!matcher.matches()) {
            return 0;
        }
        int power = " KMG".indexOf(matcher.group(2).toUpperCase(Locale.ROOT).charAt(0));
        return Math.scalb(Double.parseDouble(matcher.group(1)), 10 * power);
    }
}
