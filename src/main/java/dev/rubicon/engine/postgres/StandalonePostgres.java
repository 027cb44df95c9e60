package dev.rubicon.engine.postgres;

import dev.rubicon.engine.Engine;
import dev.rubicon.engine.StandaloneEngine;
import java.time.Clock;

/** Public because a service must be; named in {@code META-INF/services} and nowhere else. */
public final class StandalonePostgres implements StandaloneEngine {

    @Override
    public Engine engine() {
        Scripts scripts = new Scripts(new Grammar());
        return new PostgresEngine(scripts, new Fragments(scripts), Clock.systemUTC());
    }
}
