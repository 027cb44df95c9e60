package dev.rubicon.paging;

import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One slice of a list.
 *
 * @param next the cursor for what follows, or null at the end
 */
public record Page<T>(List<T> items, @Nullable String next) {

    /** The most items that one page has. */
    public static final int MOST = 200;

    private static final int USUAL = 50;

    /**
     * How many items were asked for; 50 when nothing was said.
     *
     * @throws Problem BAD_REQUEST outside 1 to {@link #MOST}
     */
    public static int limit(@Nullable Integer asked) {
        if (asked == null) {
            return USUAL;
        }
        if (asked < 1 || asked > MOST) {
            throw new Problem(ProblemType.BAD_REQUEST, "'limit' is a number from 1 to " + MOST);
        }
        return asked;
    }

    /**
     * A page out of one row more than it may have: the row too many only tells that there are more.
     *
     * @param rows up to {@code limit + 1} rows in their order
     * @param cursor the place behind a row
     */
    public static <T> Page<T> of(List<T> rows, int limit, Function<T, Cursor> cursor) {
        if (rows.size() <= limit) {
            return new Page<>(List.copyOf(rows), null);
        }
        List<T> items = List.copyOf(rows.subList(0, limit));
        return new Page<>(items, cursor.apply(items.getLast()).text());
    }

    /** The same page of other items. */
    public <U> Page<U> map(Function<? super T, ? extends U> to) {
        return new Page<>(items.stream().<U>map(to).toList(), next);
    }
}
