package dev.rubicon.embedded;

import org.jspecify.annotations.Nullable;

/** Why the server cannot start with its control database, and what to do about it. */
class StartRefused extends RuntimeException {

    private final String remedy;

    StartRefused(String sentence, String remedy, @Nullable Throwable cause) {
        super(sentence, cause);
        this.remedy = remedy;
    }

    String remedy() {
        return remedy;
    }
}
