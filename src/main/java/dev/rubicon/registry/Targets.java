package dev.rubicon.registry;

import dev.rubicon.security.Actor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** The door to the registered databases. */
@Component
public class Targets {

    /** The target, whoever asks. */
    public Optional<Target> find(String name) {
        throw new UnsupportedOperationException();
    }

    /** The target, if the actor may see it; else the problem not-found. */
    public Target get(Actor actor, String name) {
        throw new UnsupportedOperationException();
    }

    /** All targets that the actor may see, by environment order and name. */
    public List<Target> all(Actor actor) {
        throw new UnsupportedOperationException();
    }

    /** The targets of an environment that carry all these labels; all of the environment for no label. */
    public List<Target> byLabels(String environment, Map<String, String> labels) {
        throw new UnsupportedOperationException();
    }

    /** All that is needed to connect, the password resolved now. */
    public TargetAccess access(String name) {
        throw new UnsupportedOperationException();
    }

    /** Keeps what a check found, with the identity that it read. */
    public Target recordCheck(Actor actor, String name, TargetCheck check) {
        throw new UnsupportedOperationException();
    }
}
