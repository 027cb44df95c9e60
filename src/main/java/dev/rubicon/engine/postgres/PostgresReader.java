package dev.rubicon.engine.postgres;

import dev.rubicon.engine.Catalog;
import dev.rubicon.engine.Direction;
import dev.rubicon.engine.LedgerRow;
import dev.rubicon.engine.SetAside;
import dev.rubicon.engine.TargetReader;
import dev.rubicon.engine.schema.SchemaSnapshot;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A connection that only reads. */
final class PostgresReader implements TargetReader {

    private final Connection connection;
    private final ReadOnly reading;

    PostgresReader(Connection connection, ReadOnly reading) {
        this.connection = connection;
        this.reading = reading;
    }

    @Override
    public List<List<@Nullable String>> query(String sql, Duration timeout) {
        return reading.query(connection, sql, timeout);
    }

    @Override
    public List<LedgerRow> ledger(String plan) {
        return reading.ledger(connection, plan);
    }

    @Override
    public List<SetAside> aside(String plan, String step, Direction direction, long after, int limit) {
        return reading.aside(connection, plan, step, direction, after, limit);
    }

    @Override
    public Catalog catalog() {
        return reading.catalog(connection);
    }

    @Override
    public SchemaSnapshot snapshot() {
        return reading.snapshot(connection);
    }

    @Override
    public void close() {
        Connections.closeQuietly(connection);
    }
}
