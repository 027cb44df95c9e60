package dev.rubicon.engine.postgres.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.rubicon.engine.schema.SchemaSnapshot;
import dev.rubicon.testing.PgDump;
import dev.rubicon.testing.TestPostgres.Database;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a snapshot rebuilds has the same snapshot, and the same {@code pg_dump --schema-only} where there is one. */
class SchemaCloneTest {

    static Stream<Arguments> cases() {
        return cases(SchemaCase.NEWEST);
    }

    /** Each with the version and with what compares besides. */
    static Stream<Arguments> cases(int version) {
        String compared = PgDump.fitting(version).map(dump -> "compared by pg_dump " + dump.version())
                .orElse("compared by no pg_dump: there is none for this version");
        return SchemaCase.of(version).stream().map(schema -> arguments(schema, version, compared));
    }

    @ParameterizedTest(name = "{0} on {1}, {2}")
    @MethodSource("cases")
    void rebuildsTheSameSchema(SchemaCase schema, int version, String compared) {
        assertThat(compared).contains("pg_dump");
        proveOn(schema, version);
    }

    static void proveOn(SchemaCase schema, int version) {
        Database original = schema.database(version);
        SchemaSnapshot snapshot = SchemaCase.snapshot(original);
        Database copy = SchemaCase.copy(snapshot);
        SchemaSnapshot again = SchemaCase.snapshot(copy);

        assertThat(SchemaCase.text(again)).isEqualTo(SchemaCase.text(snapshot));
        assertThat(again.fingerprint()).isEqualTo(snapshot.fingerprint());
        PgDump.fitting(version).ifPresent(dump -> assertThat(String.join("\n", dump.schema(copy)))
                .as("pg_dump %d of the clone on %d", dump.version(), version)
                .isEqualTo(String.join("\n", dump.schema(original))));
    }
}
