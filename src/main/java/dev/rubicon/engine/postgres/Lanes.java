package dev.rubicon.engine.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The connections on which batches run: the session's own first, then one more for each further lane. */
final class Lanes<L extends Lanes.Held> implements AutoCloseable {

    /** Opens a connection more. */
    interface Opening {
        Connection open(int lane) throws SQLException;
    }

    /** What a lane tells of its connection. */
    interface Held {
        Connection connection();

        int pid();

        /** Whether its backend may do something that we do not know of. */
        boolean astray();

        /** Makes the connection one for other work again. */
        void unlimited() throws SQLException;
    }

    /** A lane over its connection. */
    interface Making<L> {
        L make(Connection connection, int pid);
    }

    private final Attempt attempt;
    private final Opening opening;
    private final List<L> lanes = new ArrayList<>();

    Lanes(Attempt attempt, Opening opening) {
        this.attempt = attempt;
        this.opening = opening;
    }

    L next(Making<L> making) throws SQLException {
        boolean first = lanes.isEmpty();
        Connection connection = first ? attempt.work() : opening.open(lanes.size() + 1);
        L lane = making.make(connection, first ? attempt.pid() : Rows.backendPid(connection));
        lanes.add(lane);
        return lane;
    }

    /** The backends of all of them. */
    List<Integer> pids() {
        return lanes.stream().map(Held::pid).toList();
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
        for (L lane : lanes) {
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
