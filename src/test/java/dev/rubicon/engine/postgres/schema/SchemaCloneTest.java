package dev.rubicon.engine.postgres.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.engine.schema.SchemaSnapshot;
import dev.rubicon.testing.PgDump;
import dev.rubicon.testing.TestPostgres.Database;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a snapshot rebuilds has the same snapshot, and the same {@code pg_dump --schema-only} where there is one. */
class SchemaCloneTest {

    static List<SchemaCase> cases() {
        return SchemaCase.of(SchemaCase.NEWEST);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void rebuildsTheSameSchema(SchemaCase schema) {
        proveOn(schema, SchemaCase.NEWEST);
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
