package dev.rubicon.verification;

import dev.rubicon.engine.schema.SchemaObject;
import dev.rubicon.registry.JdbcUrl;
import dev.rubicon.registry.Target;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the schema of a target should be.
 *
 * @param url of the database that it is of
 * @param rollout that left it, or null
 * @param run the phase run that left it, or null
 * @param acceptedBy who accepted it, or null
 * @param reason why, or null
 */
public record Baseline(String target, String url, Why why, Instant at, @Nullable Long rollout, @Nullable Long run,
        @Nullable String acceptedBy, @Nullable String reason, int serverVersion, List<SchemaObject> objects) {

    public Baseline {
        objects = List.copyOf(objects);
    }

    /** Whether it is of the database that the target is now: hosts may come in another order, parameters may change. */
    boolean isOf(Target now) {
        return url.equals(now.url()) || place(url).equals(place(now.url()));
    }

    private static Object place(String url) {
        JdbcUrl parsed = JdbcUrl.parse(url);
        return List.of(Set.copyOf(parsed.hosts()), parsed.database());
    }

    /** How it came about. */
    public enum Why {
        /** The last phase that ended there left it so. */
        ROLLOUT,
        /** A person accepted what was there. */
        ACCEPTED,
        /** The server was upgraded: another major version may print the same schema in another way. */
        UPGRADE
    }
}
