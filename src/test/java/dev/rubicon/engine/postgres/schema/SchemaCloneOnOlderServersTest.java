package dev.rubicon.engine.postgres.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.testing.Requirement;
import dev.rubicon.testing.Requires;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The same on every older version that Rubicon works with. */
@Requires(Requirement.OLDER_POSTGRES)
class SchemaCloneOnOlderServersTest {

    static Stream<Arguments> cases() {
        return IntStream.rangeClosed(14, 17).boxed().flatMap(SchemaCloneTest::cases);
    }

    @ParameterizedTest(name = "{0} on {1}, {2}")
    @MethodSource("cases")
    void rebuildsTheSameSchema(SchemaCase schema, int version, String compared) {
        assertThat(compared).contains("pg_dump");
        SchemaCloneTest.proveOn(schema, version);
    }
}
