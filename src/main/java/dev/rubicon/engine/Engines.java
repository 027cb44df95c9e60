package dev.rubicon.engine;

import dev.rubicon.registry.EngineKind;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** The engines of this server, by kind. */
@Component
public class Engines {

    private final Map<EngineKind, Engine> byKind;

    Engines(List<Engine> engines) {
        this.byKind = engines.stream().collect(Collectors.toMap(Engine::kind, Function.identity()));
    }

    /** The engines of a process that has no Spring and no database; always the same, for a grammar is large. */
    public static Engines standalone() {
        return Standalone.ENGINES;
    }

    private static final class Standalone {
        static final Engines ENGINES = new Engines(ServiceLoader.load(StandaloneEngine.class).stream()
                .map(found -> found.get().engine()).toList());
    }

    /** @throws EngineMissing when this server has none of the kind */
    public Engine of(EngineKind kind) {
        Engine engine = byKind.get(kind);
        if (engine == null) {
            throw new EngineMissing(kind);
        }
        return engine;
    }
}
