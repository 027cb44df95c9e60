package dev.rubicon.plan;

/**
 * A place in a submitted text.
 *
 * @param line from 1
 * @param column from 1, in UTF-16 units
 */
public record Place(int line, int column) {

    /** The beginning of the text. */
    public static final Place START = new Place(1, 1);
}
