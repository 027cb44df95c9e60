package dev.rubicon.engine.facts;

import java.util.List;
import java.util.Set;

/**
 * A value or condition.
 *
 * @param sql as the author wrote it
 * @param columns the columns that it reads
 * @param functions what it calls, operators not among them
 * @param constant whether it reads no column and calls no function, like {@code 'new'} or {@code 1 + 1}
 * @param demandsNotNull columns that are not null wherever it is true or was checked: {@code c IS NOT NULL} in a chain of
 *     ANDs; a plain comparison does not count, since a check also holds where it is null
 */
public record Expression(String sql, Set<String> columns, List<Call> functions, boolean constant,
        Set<String> demandsNotNull) {

    /** A function and how many arguments it is given. */
    public record Call(QualifiedName name, int arguments) {}
}
