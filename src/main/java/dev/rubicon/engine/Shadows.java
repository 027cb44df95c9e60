package dev.rubicon.engine;

import dev.rubicon.engine.schema.Rebuilt;
import dev.rubicon.engine.schema.SchemaSnapshot;
import dev.rubicon.registry.TargetAccess;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A server on which shadows are made: disposable databases, like a target in schema and never in values, owned by a role that
 * may do nothing on the rest of the server.
 */
public interface Shadows {

    /** What the name of every shadow begins with; nothing else is ever dropped. */
    String PREFIX = "rubicon_shadow_";

    /** The server's major version. */
    int serverVersion();

    /**
     * Makes a shadow with the schema, and nothing in its tables.
     *
     * @param name {@link #PREFIX}, eight hexadecimal digits that name this Rubicon, and two numbers, with underscores between
     * @param password of the role that owns it, which has the same name
     * @throws TargetUnavailable when the server cannot be reached or refuses
     */
    Made make(String name, String password, SchemaSnapshot schema, Likeness likeness);

    /**
     * Makes a shadow with all that is in the database that this server was named by, but for what Rubicon itself keeps there,
     * which is only read: nobody may be connected to it meanwhile. What is in it belongs to the shadow's role.
     *
     * @throws TargetUnavailable when somebody is connected, or the server cannot be reached or refuses
     */
    Copied copy(String name, String password);

    /**
     * Fills the empty tables of a shadow with synthetic rows that satisfy types, constraints and foreign keys: as many as the
     * target's estimates say, scaled down so that no table gets more than {@code most}. What cannot be filled is told.
     *
     * @throws TargetUnavailable when the shadow cannot be reached or breaks off
     */
    Filled fill(TargetAccess shadow, Likeness likeness, int most);

    /** How its owner connects to a shadow of this server, whether it is there or not. */
    TargetAccess access(String name, String password);

    /**
     * Drops a shadow with its role, and ends whoever is connected to it. One that is not there is dropped already.
     *
     * @throws TargetUnavailable when the server cannot be reached or refuses
     */
    void drop(String name);

    /** The shadows that this server has, whoever made them; of one half made there may be the role alone. */
    List<String> names();

    /**
     * @param access as its owner
     * @param madeAt when the database that was copied was made on its server, or null where the account may not know
     * @param notes what could not be copied, in sentences
     */
    record Copied(TargetAccess access, @Nullable Instant madeAt, List<String> notes) {}

    /**
     * @param access as its owner
     * @param notes what is not as on the target, in sentences
     */
    record Made(TargetAccess access, Rebuilt rebuilt, List<String> notes) {}
}
