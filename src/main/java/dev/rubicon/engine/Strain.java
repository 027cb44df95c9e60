package dev.rubicon.engine;

import java.util.Locale;

/** What a backfill may strain on a target, or who may suffer from it. */
public enum Strain {
    /** How far the slowest physical replica is behind. */
    REPLICA_LAG("Replica lag", Unit.SECONDS),
    /** Write-ahead log that is kept for the replication slot that is furthest behind. */
    SLOT_BACKLOG("WAL kept for slots", Unit.BYTES),
    /** Write-ahead log that the whole server writes. */
    WAL_RATE("WAL written", Unit.BYTES_A_SECOND),
    /** Finished files of write-ahead log that wait for the archiver. */
    ARCHIVE_BACKLOG("WAL files to archive", Unit.PIECES),
    /** Sessions of others that wait for a lock of this backfill. */
    LOCK_WAITS("Sessions that wait for us", Unit.PIECES),
    /** Statements of others that run. */
    ACTIVE_BACKENDS("Active sessions of others", Unit.PIECES),
    /** How long the oldest transaction has kept dead rows from being vacuumed away. */
    OLDEST_SNAPSHOT("Oldest snapshot", Unit.SECONDS),
    /** An autovacuum of the table gets its chance. */
    AUTOVACUUM("Autovacuum of the table", Unit.SECONDS),
    /** What statements of others take of their usual time. */
    STATEMENTS("Application's statements", Unit.TIMES),
    /** What the target's probe query takes of its usual time. */
    PROBE("Probe query", Unit.TIMES),
    /** What the backfill's own batches take of the time that the first ones took. */
    BATCHES("Own batches", Unit.TIMES);

    /** In what a reading is given, as it stands on the wire. */
    public enum Unit {
        /** Of time. */
        SECONDS("s"),
        /** Of a file or a log. */
        BYTES("B"),
        /** Of a log, by time. */
        BYTES_A_SECOND("B/s"),
        /** Sessions, files. */
        PIECES(""),
        /** Of what is usual. */
        TIMES("×");

        private final String sign;

        Unit(String sign) {
            this.sign = sign;
        }

        public String sign() {
            return sign;
        }
    }

    private static final double STEP = 1024;

    private final String title;
    private final Unit unit;

    Strain(String title, Unit unit) {
        this.title = title;
        this.unit = unit;
    }

    /** Whether a backfill stands still at its limit; else it only slows down. */
    public boolean stops() {
        return this != AUTOVACUUM && this != BATCHES;
    }

    /** Like {@code replica-lag}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public String title() {
        return title;
    }

    /** The title for the middle of a sentence. */
    public String inSentence() {
        return Character.isUpperCase(title.charAt(1))
                ? title
                : Character.toLowerCase(title.charAt(0)) + title.substring(1);
    }

    public Unit unit() {
        return unit;
    }

    /** A value with its unit, as people read it. */
    public String words(double value) {
        return switch (unit) {
            case SECONDS -> seconds(value);
            case BYTES -> bytes(value);
            case BYTES_A_SECOND -> bytes(value) + "/s";
            case PIECES -> number(value, value == Math.rint(value) ? 0 : 1);
            case TIMES -> number(value, 1) + " ×";
        };
    }

    private static String seconds(double value) {
        return value < 100
                ? number(value, value >= 10 || value == Math.rint(value) ? 0 : 1) + " s"
                : value < 6_000 ? number(value / 60, 0) + " min" : number(value / 3_600, 1) + " h";
    }

    private static String bytes(double value) {
        double shown = value;
        int power = 0;
        while (shown >= STEP && power < 4) {
            shown /= STEP;
            power++;
        }
        return number(shown, shown >= 10 || power == 0 || shown == Math.rint(shown) ? 0 : 1)
                + new String[]{" B", " KiB", " MiB", " GiB", " TiB"}[power];
    }

    private static String number(double value, int decimals) {
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }
}
