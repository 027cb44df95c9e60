package dev.rubicon.plan;

/**
 * One thing that makes a document no plan.
 *
 * @param pointer JSON pointer of the value, or of the key that should not be there
 * @param message what is wrong and what to write instead
 * @param keyword the stable word for the kind of mistake: a keyword of JSON Schema, or one of {@code syntax},
 *     {@code duplicateKey}, {@code alias}, {@code tag}, {@code value}, {@code order}, {@code unique}, {@code limit}
 */
public record Violation(String pointer, int line, int column, String message, String keyword) {

    Violation(String pointer, Place place, String message, String keyword) {
        this(pointer, place.line(), place.column(), message, keyword);
    }
}
