package dev.rubicon.engine;

/**
 * How an adapter gives its engine to a process without Spring; found by {@link java.util.ServiceLoader}. Such an engine
 * parses and examines at once; that it connects is not asked of it.
 */
public interface StandaloneEngine {

    Engine engine();
}
