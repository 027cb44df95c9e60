package dev.rubicon.rehearsal;

import dev.rubicon.registry.JdbcUrl;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where shadows are made, and how much of it.
 *
 * @param url of a server meant for shadows, with the parameters that targets may have too; null for none
 * @param username an account that may make databases and roles there, and needs nothing else
 * @param atOnce rehearsals at work at the same time, over all nodes
 * @param rows the most that one table of a shadow gets
 * @param longest after which a rehearsal is given up
 * @param schemas the most distinct schemas of one rollout that are rehearsed at its opening
 */
@ConfigurationProperties("rubicon.rehearsal")
record RehearsalSettings(@Nullable String url, @Nullable String username, @Nullable String password,
        @DefaultValue("2") int atOnce, @DefaultValue("100000") int rows, @DefaultValue("30m") Duration longest,
        @DefaultValue("5") int schemas) {

    /** @throws IllegalArgumentException when the URL is none, so that the server does not start with it */
    RehearsalSettings {
        if (url != null && !url.isBlank()) {
            JdbcUrl.parse(url);
        }
    }

    boolean namesServer() {
        return url != null && !url.isBlank();
    }

    @Override
    public String toString() {
        return "RehearsalSettings[" + url + "]";
    }
}
