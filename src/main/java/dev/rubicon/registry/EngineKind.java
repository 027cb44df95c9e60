package dev.rubicon.registry;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** A kind of database that targets can be of; the wire name is what plans and targets say. */
public enum EngineKind {
    POSTGRESQL("postgresql"), DYNAMODB("dynamodb");

    private final String wireName;

    EngineKind(String wireName) {
        this.wireName = wireName;
    }

    @JsonValue
    public String wireName() {
        return wireName;
    }

    /** @throws IllegalArgumentException for a name that is no engine's */
    @JsonCreator
    public static EngineKind of(String wireName) {
        for (EngineKind kind : values()) {
            if (kind.wireName.equals(wireName)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("'" + wireName + "' is not an engine; there are postgresql and dynamodb");
    }
}
