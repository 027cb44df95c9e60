package dev.rubicon.webhook;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A webhook to be made.
 *
 * @param url https, of a public address, unless this server's settings allow more
 * @param environments null or none for all
 * @param secret signs what is sent; null for one that is made up
 */
public record NewWebhook(@Nullable String name, @Nullable String url, @Nullable List<EventType> events,
        @Nullable List<String> environments, @Nullable String secret) {

    @Override
    public String toString() {
        return "NewWebhook[" + name + "]";
    }
}
