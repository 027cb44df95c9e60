package dev.rubicon.execution.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SplittingTest {

    private static final int ROWS = 10_000;
    private static final int BATCH = 1_000;

    @ParameterizedTest
    @ValueSource(strings = {"0", "9999", "999,1000", "5,6,7", "1,500,501,3000,9000", "17"})
    void findsExactlyTheRowsThatCannotBeDone(String bad) {
        Set<Integer> spoilt = Set.copyOf(java.util.Arrays.stream(bad.split(",")).map(Integer::valueOf).toList());
        Splitting splitting = new Splitting();
        List<Integer> found = new ArrayList<>();
        int batches = 0;
        int at = 0;
        while (at < ROWS) {
            int rows = (int) Math.min(splitting.next(BATCH), ROWS - at);
            batches++;
            int first = at;
            if (IntStream.range(first, first + rows).noneMatch(spoilt::contains)) {
                splitting.done(rows);
                at += rows;
            } else if (rows > 1) {
                splitting.spoilt(rows);
            } else {
                splitting.found();
                found.add(at++);
            }
        }
        assertThat(found).containsExactlyInAnyOrderElementsOf(spoilt);
        assertThat(batches).isLessThan(ROWS / BATCH + 25 * spoilt.size());
    }
}
