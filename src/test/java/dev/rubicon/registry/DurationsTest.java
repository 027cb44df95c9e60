package dev.rubicon.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {

    @ParameterizedTest
    @ValueSource(strings = {"0ms", "200ms", "30s", "15m", "3h", "7d", "90s", "1500ms"})
    void writesWhatItReads(String text) {
        assertThat(Durations.text(Durations.parse(text))).isEqualTo(text);
    }

    @Test
    void choosesTheShortestText() {
        assertThat(Durations.text(Duration.ofHours(72))).isEqualTo("3d");
        assertThat(Durations.text(Duration.ofMinutes(120))).isEqualTo("2h");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "5 s", "-5s", "5y", "PT5S", "1.5s", "99999999999d"})
    void refusesOtherTexts(String text) {
        assertThatThrownBy(() -> Durations.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
