package dev.rubicon.problem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IfMatchTest {

    @ParameterizedTest
    @ValueSource(strings = {"\"7\"", " \"7\" ", "\"6\", \"7\"", "*", "W/\"7\", \"7\""})
    void takesTheTagOfTheVersion(String header) {
        assertThatCode(() -> new IfMatch(header).demand(7)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"6\"", "7", "W/\"7\"", "\"77\"", "\"7", "nonsense"})
    void refusesAnyOtherAsStale(String header) {
        Problem problem = catchThrowableOfType(Problem.class, () -> new IfMatch(header).demand(7));
        assertThat(problem.type()).isEqualTo(ProblemType.STALE);
    }

    @Test
    void demandsOne() {
        for (@Nullable
        String header : new @Nullable String[]{null, "", " "}) {
            Problem problem = catchThrowableOfType(Problem.class, () -> new IfMatch(header).demand(7));
            assertThat(problem.type()).isEqualTo(ProblemType.PRECONDITION_REQUIRED);
        }
    }
}
