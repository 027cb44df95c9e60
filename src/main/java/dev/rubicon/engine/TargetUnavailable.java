package dev.rubicon.engine;

import org.jspecify.annotations.Nullable;

/** The target cannot be reached, or refuses Rubicon's session. The message carries no secret. */
public class TargetUnavailable extends RuntimeException {

    public TargetUnavailable(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
