package dev.rubicon.engine.postgres;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/** When the server's write-ahead log was how long, over the last minutes. */
final class WalHistory {

    private static final int KEPT = 600;
    private static final long RATE_OVER = 5_000_000_000L;
    private static final double SECOND = 1e9;

    private record Mark(long nanos, long bytes) {}

    private final Deque<Mark> marks = new ArrayDeque<>();

    void add(long nanos, long bytes) {
        marks.addLast(new Mark(nanos, bytes));
        if (marks.size() > KEPT) {
            marks.removeFirst();
        }
    }

    /** Bytes that the server has ever written. */
    long bytes() {
        return marks.isEmpty() ? -1 : marks.getLast().bytes;
    }

    /** Bytes a second over the last five seconds; 0 at the first look. */
    double rate() {
        if (marks.size() < 2) {
            return 0;
        }
        Mark last = marks.getLast();
        Mark before = marks.getFirst();
        for (Iterator<Mark> back = marks.descendingIterator(); back.hasNext();) {
            Mark mark = back.next();
            before = mark;
            if (last.nanos - mark.nanos >= RATE_OVER) {
                break;
            }
        }
        return last.nanos == before.nanos ? 0 : (last.bytes - before.bytes) * SECOND / (last.nanos - before.nanos);
    }

    /** Seconds since the server's log was first seen to be longer than what is replayed. */
    double behind(long replayed) {
        for (Mark mark : marks) {
            if (mark.bytes > replayed) {
                return (marks.getLast().nanos - mark.nanos) / SECOND;
            }
        }
        return 0;
    }
}
