package dev.rubicon.engine;

import java.util.List;

/**
 * What came of filling a shadow with synthetic rows.
 *
 * @param unfilled why tables hold fewer rows than they were to, in sentences
 */
public record Filled(int tables, long rows, List<String> unfilled) {

    public Filled {
        unfilled = List.copyOf(unfilled);
    }
}
