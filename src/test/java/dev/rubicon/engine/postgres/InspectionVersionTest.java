package dev.rubicon.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.registry.TargetCheck.State;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InspectionVersionTest {

    @ParameterizedTest
    @CsvSource({"130014, 13.14, MISSING", "140000, 14.0, LIMITED", "140003, 14.3, LIMITED", "140004, 14.4, OK",
            "180001, 18.1, OK"})
    void warnsOfServersWhoseConcurrentBuildsLoseRows(int number, String version, State state) {
        assertThat(Inspection.version(number, version).state()).isEqualTo(state);
        assertThat(Inspection.version(number, version).toString()).contains(version);
    }
}
