package dev.rubicon.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.engine.postgres.BackfillTable.Part;
import dev.rubicon.engine.postgres.Walk.Cut;
import dev.rubicon.testing.TestPostgres;
import dev.rubicon.testing.TestPostgres.Database;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class BlockWalkTest {

    private static final int ROWS = 100_000;
    private static final Database DATABASE = TestPostgres.database();
    private static long blocks;

    @BeforeAll
    static void fill() {
        DATABASE.run("CREATE TABLE users (id int)", "INSERT INTO users SELECT generate_series(1, " + ROWS + ")");
        blocks = Long.parseLong(String.valueOf(DATABASE.value("SELECT pg_relation_size('users') / 8192")));
    }

    private static BlockWalk walk() {
        return walk(blocks);
    }

    /** @param before blocks that the table had when it was looked at */
    private static BlockWalk walk(long before) {
        Part part = new Part("users", true, 1, ROWS, before);
        return new BlockWalk(new BackfillTable("users", "users", List.of(), List.of(part)), part);
    }

    private static List<Cut> cuts(int ranges) throws SQLException {
        return cuts(walk(), ranges);
    }

    private static List<Cut> cuts(BlockWalk walk, int ranges) throws SQLException {
        try (Connection connection = DriverManager.getConnection(DATABASE.url(), DATABASE.user(),
                DATABASE.password())) {
            return walk.cuts(connection, ranges);
        }
    }

    private static long end(Cut cut) {
        return Long.parseLong(cut.until().getFirst().replaceAll("\\((\\d+),0\\)", "$1"));
    }

    @Test
    void cutsLargeRangesFirstSoThatLanesComeToTheirEndsAtAboutTheSameTime() throws SQLException {
        List<Cut> cuts = cuts(64);

        List<Long> sizes = new ArrayList<>();
        long at = 0;
        for (Cut cut : cuts) {
            sizes.add(end(cut) - at);
            at = end(cut);
        }
        assertThat(at).as("the last range ends with the table").isEqualTo(blocks);
        assertThat(sizes).as("of each range, in blocks").isSortedAccordingTo((one, other) -> Long.compare(other, one));
        assertThat(sizes.getFirst()).isEqualTo(blocks / 8);
        assertThat(sizes.getLast()).isLessThanOrEqualTo(blocks / 64 + 1);
        assertThat(cuts).hasSizeLessThan(64);
        assertThat(cuts.stream().mapToLong(Cut::rows).sum()).isBetween(ROWS - 64L, ROWS + 64L);
    }

    @Test
    void cutsFewRangesEvenly() throws SQLException {
        assertThat(cuts(2)).extracting(BlockWalkTest::end).containsExactly((blocks + 1) / 2, blocks);
        assertThat(cuts(1)).extracting(BlockWalkTest::end).containsExactly(blocks);
    }

    @Test
    void expectsNoMoreRowsOfATableThatHasGrownUnderItsChanges() throws SQLException {
        List<Cut> cuts = cuts(walk(blocks / 2), 64);

        assertThat(end(cuts.getLast())).isEqualTo(blocks);
        assertThat(cuts.stream().mapToLong(Cut::rows).sum()).isBetween(ROWS - 64L, ROWS + 64L);
    }

    /** A batch of another lane that began before what is thinned out is over before the second half of it is changed. */
    @Test
    void changesTheSecondHalfOfABlockAtLeastThreeBatchesAfterTheFirst() {
        BlockWalk walk = walk();
        int rows = ROWS / 40;
        List<String> until = List.of("(" + blocks + ",0)");
        List<String> position = List.of("(0,0)");
        List<Long> thinnedUpTo = new ArrayList<>(List.of(0L));
        Walk.Next next;
        do {
            next = walk.nextThinning(position, until, rows);
            position = next.upTo();
            int ago = Math.max(0, thinnedUpTo.size() - 3);
            assertThat(block(position.getFirst())).isLessThanOrEqualTo(thinnedUpTo.get(ago));
            thinnedUpTo.add(block(position.getLast()));
        } while (!next.last());
        assertThat(block(position.getFirst())).isEqualTo(blocks);
    }

    private static long block(String ctid) {
        return Long.parseLong(ctid.substring(1, ctid.indexOf(',')));
    }
}
