package dev.rubicon.engine;

import java.util.List;

/** Makes the registry of engines for tests without a server. */
public final class TestEngines {

    private TestEngines() {}

    public static Engines of(Engine... engines) {
        return new Engines(List.of(engines));
    }
}
