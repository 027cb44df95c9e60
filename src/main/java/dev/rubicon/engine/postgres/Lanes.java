package dev.rubicon.engine.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The connections on which batches run: the session's own first, then one more for each further lane. */
final class Lanes implements AutoCloseable {

    /** Opens a connection more. */
    interface Opening {
        Connection open(int lane) throws SQLException;
    }

    /** A lane over its connection. */
    interface Making {
        WatchedLane make(Connection connection, int pid);
    }

    private final Attempt attempt;
    private final Opening opening;
    private final List<WatchedLane> lanes = new ArrayList<>();

    Lanes(Attempt attempt, Opening opening) {
        this.attempt = attempt;
        this.opening = opening;
    }

    WatchedLane next(Making making) throws SQLException {
        boolean first = lanes.isEmpty();
        Connection connection = first ? attempt.work() : opening.open(lanes.size() + 1);
        WatchedLane lane = making.make(connection, first ? attempt.pid() : Rows.backendPid(connection));
        lanes.add(lane);
        return lane;
    }

    /** The backends of all of them. */
    List<Integer> pids() {
        return lanes.stream().map(WatchedLane::pid).toList();
    }

    /** The session's connection is for other statements now. */
    void unlimited() throws SQLException {
        if (!lanes.isEmpty()) {
            lanes.getFirst().unlimited();
        }
    }

    /** A backend that may still be at work is ended: the next call reads the cursors, and none may move behind it. */
    @Override
    public void close() {
        for (WatchedLane lane : lanes) {
            try {
                if (lane.astray()) {
                    Connections.closeQuietly(lane.connection());
                    attempt.guard().end(lane.pid());
                } else if (lane.connection() == attempt.work()) {
                    lane.unlimited();
                } else {
                    lane.connection().close();
                }
            } catch (SQLException e) {
                Connections.closeQuietly(lane.connection());
            }
        }
    }
}
