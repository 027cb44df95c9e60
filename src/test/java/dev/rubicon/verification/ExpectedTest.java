package dev.rubicon.verification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.engine.schema.SchemaObject;
import dev.rubicon.engine.schema.SchemaObject.Kind;
import dev.rubicon.engine.schema.SchemaSnapshot;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ExpectedTest {

    /** Tables by {@code name=text}. */
    private static List<SchemaObject> tables(String... tables) {
        return Stream.of(tables).map(each -> each.split("="))
                .map(each -> new SchemaObject(Kind.TABLE, each[0], each[1])).toList();
    }

    private static SchemaSnapshot schema(String... tables) {
        return new SchemaSnapshot(17, tables(tables), List.of());
    }

    @Test
    void keepsWhatARunDidNotTouchAsItShouldHaveBeen() {
        List<SchemaObject> expected = Expected.behind(tables("changed=1", "dropped=1", "drifted=1", "lost=1"),
                schema("changed=1", "dropped=1", "drifted=2", "extra=1"),
                schema("changed=2", "drifted=2", "extra=1", "made=1"));

        assertThat(expected).isEqualTo(tables("changed=2", "drifted=1", "lost=1", "made=1"));
    }

    @Test
    void goesByTheOpenDifferencesWhereNobodySawWhatWasThereBefore() {
        List<SchemaChange> open = List.of(new SchemaChange(Kind.TABLE, "drifted", "1", "2"),
                new SchemaChange(Kind.TABLE, "lost", "1", null), new SchemaChange(Kind.TABLE, "mended", "1", "2"));

        List<SchemaObject> expected = Expected.behind(tables("drifted=1", "lost=1", "mended=1"), open,
                schema("drifted=2", "mended=3", "made=1"));

        assertThat(expected).isEqualTo(tables("drifted=1", "lost=1", "made=1", "mended=3"));
    }
}
