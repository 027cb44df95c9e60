package dev.rubicon.engine.postgres;

import dev.rubicon.engine.Reading;
import dev.rubicon.engine.Strain;
import dev.rubicon.engine.postgres.Sense.Glance;
import dev.rubicon.registry.BackfillLimit;
import java.sql.SQLException;
import java.util.OptionalDouble;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a backfill does to the write-ahead log and those who need it. No special privilege is needed to see that. */
final class LogSenses {

    private static final Pattern FILE = Pattern.compile("[0-9A-F]{24}.*");
    private static final int HEX = 16;
    private static final long FOUR_GIB = 1L << 32;

    private LogSenses() {}

    static Reading rate(Glance at) {
        return at.within(Strain.WAL_RATE, BackfillLimit.WAL_RATE,
                limit -> Reading.of(Strain.WAL_RATE, at.wal().rate(), limit));
    }

    private record Slots(int number, double kept, double most) {}

    /** The server keeps what the slowest slot needs, and fills its disk with it, or drops it beyond its own limit. */
    static Reading slots(Glance at) throws SQLException {
        Slots slots = Rows.first(at.connection(), """
                SELECT count(*), coalesce(max(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)), 0),
                       (SELECT setting::bigint * 1024 * 1024 FROM pg_settings WHERE name = 'max_slot_wal_keep_size')
                FROM pg_replication_slots WHERE restart_lsn IS NOT NULL""",
                row -> new Slots(row.getInt(1), row.getDouble(2), row.getDouble(3))).orElseThrow();
        if (slots.number == 0) {
            return new Reading.Absent(Strain.SLOT_BACKLOG, "no replication slot keeps any");
        }
        return at.within(Strain.SLOT_BACKLOG, BackfillLimit.SLOT_BACKLOG, limit -> Reading.of(Strain.SLOT_BACKLOG,
                slots.kept, slots.most > 0 ? Math.min(slots.most, limit) : limit));
    }

    private record Archiver(boolean on, @Nullable String archived, @Nullable String failed, String current,
            long fileSize) {

        /** Finished files behind the last one archived, or from the first that could not be. */
        OptionalDouble waiting() {
            if (archived != null && FILE.matcher(archived).matches()) {
                return OptionalDouble.of(Math.max(0, number(current) - number(archived) - 1));
            }
            return failed != null && FILE.matcher(failed).matches()
                    ? OptionalDouble.of(Math.max(0, number(current) - number(failed)))
                    : OptionalDouble.empty();
        }

        private double number(String file) {
            return Long.parseLong(file.substring(8, 16), HEX) * (double) (FOUR_GIB / fileSize)
                    + Long.parseLong(file.substring(16, 24), HEX);
        }
    }

    /** By the names of files, which costs nothing: to list the archiver's folder takes the longer the more wait. */
    static Reading archive(Glance at) throws SQLException {
        Archiver archiver = Rows.first(at.connection(), """
                SELECT current_setting('archive_mode') <> 'off', last_archived_wal, last_failed_wal,
                       pg_walfile_name(pg_current_wal_lsn()), pg_size_bytes(current_setting('wal_segment_size'))
                FROM pg_stat_archiver""",
                row -> new Archiver(row.getBoolean(1), row.getString(2), row.getString(3), row.getString(4),
                        row.getLong(5)))
                .orElseThrow();
        if (!archiver.on) {
            return new Reading.Absent(Strain.ARCHIVE_BACKLOG, "the server archives no WAL (archive_mode is off)");
        }
        OptionalDouble waiting = archiver.waiting();
        return waiting.isEmpty()
                ? new Reading.Absent(Strain.ARCHIVE_BACKLOG, "nothing has been archived yet, nor failed to be")
                : at.within(Strain.ARCHIVE_BACKLOG, BackfillLimit.ARCHIVE_BACKLOG,
                        limit -> Reading.of(Strain.ARCHIVE_BACKLOG, waiting.getAsDouble(), limit));
    }
}
