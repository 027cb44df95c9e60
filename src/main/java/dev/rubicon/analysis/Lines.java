package dev.rubicon.analysis;

import dev.rubicon.plan.Place;
import java.util.Arrays;

/** From an offset in a text to its line and column. */
final class Lines {

    /** The offset of each line's first character. */
    private final int[] starts;
    private final int length;

    Lines(String text) {
        int[] found = new int[16];
        int lines = 1;
        for (int at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
            found = lines == found.length ? Arrays.copyOf(found, lines * 2) : found;
            found[lines++] = at + 1;
        }
        starts = Arrays.copyOf(found, lines);
        length = text.length();
    }

    Place place(int offset) {
        int at = Math.clamp(offset, 0, length);
        int found = Arrays.binarySearch(starts, at);
        int line = found < 0 ? -found - 2 : found;
        return new Place(line + 1, at - starts[line] + 1);
    }
}
