package dev.rubicon.engine;

import org.jspecify.annotations.Nullable;

/** The target refused a query, or its time was over. The message carries no secret. */
public class QueryFailed extends RuntimeException {

    public QueryFailed(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
