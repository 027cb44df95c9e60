package dev.rubicon.engine.postgres.schema;

import static org.junit.jupiter.params.provider.Arguments.arguments;

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
        return IntStream.rangeClosed(14, 17).boxed()
                .flatMap(version -> SchemaCase.of(version).stream().map(schema -> arguments(version, schema)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void rebuildsTheSameSchema(int version, SchemaCase schema) {
        SchemaCloneTest.proveOn(schema, version);
    }
}
