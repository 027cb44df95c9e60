package dev.rubicon.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.engine.Applications;
import dev.rubicon.engine.Applications.Version;
import dev.rubicon.engine.Engine;
import dev.rubicon.engine.Likeness;
import dev.rubicon.engine.Shadows;
import dev.rubicon.engine.StandaloneEngine;
import dev.rubicon.engine.TargetReader;
import dev.rubicon.engine.schema.SchemaSnapshot;
import dev.rubicon.registry.EngineKind;
import dev.rubicon.registry.TargetAccess;
import dev.rubicon.testing.Requirement;
import dev.rubicon.testing.Requires;
import dev.rubicon.testing.TestPostgres;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a rehearsal does with a server for shadows, on every older version that Rubicon works with. */
@Requires(Requirement.OLDER_POSTGRES)
class ShadowsOnOlderServersTest {

    private static final Engine ENGINE = ServiceLoader.load(StandaloneEngine.class).findFirst().orElseThrow().engine();
    private static final String SHADOW = Shadows.PREFIX + "01dbeef0_1_1";
    private static final String COPY = Shadows.PREFIX + "01dbeef0_2_1";

    @ParameterizedTest
    @ValueSource(ints = {14, 15, 16, 17})
    void makesFillsWritesCopiesAndDrops(int version) {
        TestPostgres.Database target = TestPostgres.database(version);
        target.run("CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL)",
                "INSERT INTO users (name) SELECT 'n' || i FROM generate_series(1, 50) i", "ANALYZE", """
                        DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = "Odd one", public',
                            current_database()); END $$""");
        TargetAccess access = new TargetAccess("target", EngineKind.POSTGRESQL, "test", target.url(), target.user(),
                target.password(), Map.of());
        Shadows shadows = ENGINE.shadows(access);
        SchemaSnapshot schema = snapshot(access);
        Likeness likeness = ENGINE.likeness(access);

        Shadows.Made made = shadows.make(SHADOW, "secret", schema, likeness);
        assertThat(made.rebuilt().complete()).isTrue();
        assertThat(searchPath(made.access())).isEqualTo("\"Odd one\", public");
        assertThat(shadows.fill(made.access(), likeness, 50).rows()).isEqualTo(50);
        writesAndFindsAgain(made.access());
        Shadows.Copied copied = shadows.copy(COPY, "secret");
        assertThat(copied.notes()).isEmpty();
        assertThat(copied.madeAt()).isNotNull();
        assertThat(searchPath(copied.access())).isEqualTo("\"Odd one\", public");
        writesAndFindsAgain(copied.access());

        shadows.drop(SHADOW);
        shadows.drop(COPY);
        assertThat(shadows.names()).isEmpty();
        assertThat(target.value("SELECT count(*) FROM users WHERE name LIKE 'n%'")).isEqualTo("50");
    }

    private static String searchPath(TargetAccess shadow) {
        try (TargetReader reader = ENGINE.read(shadow)) {
            return String.valueOf(reader.query("SELECT current_setting('search_path')", Duration.ofSeconds(30))
                    .getFirst().getFirst());
        }
    }

    private static SchemaSnapshot snapshot(TargetAccess access) {
        try (TargetReader reader = ENGINE.read(access)) {
            return reader.snapshot();
        }
    }

    private static void writesAndFindsAgain(TargetAccess shadow) {
        Applications applications = ENGINE.applications(shadow, List.of("users"));
        assertThat(applications.write(Version.OLD, List.of(), List.of()).unwritten()).isEmpty();
        assertThat(applications.outcome(List.of()).losses()).isEmpty();
    }
}
