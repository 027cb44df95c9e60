package dev.rubicon.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.rehearsal.RehearsalReport.Leg;
import dev.rubicon.rehearsal.RehearsalReport.Way;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ExpectedSchemaTest {

    private static Rehearsal rehearsal(Way way, @Nullable Map<String, String> changed) {
        RehearsalReport report = new RehearsalReport(17, List.of(),
                List.of(new Leg(way, 0, "expand", 1, "DONE", 1, "f", changed, List.of())), null, null, null);
        return new Rehearsal(1, "plan", 1, "digest", "rollback", "target", "production", EvidenceClass.EMPTY_SCHEMA,
                RehearsalState.PASSED, "", "author", Instant.EPOCH, Instant.EPOCH, Instant.EPOCH, 1, null, null,
                "fingerprint", 17, report, null, RehearsalKind.REHEARSAL, null);
    }

    private static boolean tells(int phase, Rehearsal rehearsal) {
        return ExpectedSchema.before(phase, rehearsal, Map.of("table public.users", "digits")).isPresent();
    }

    @Test
    void isKnownBeforeTheFirstPhaseFromAnyRehearsal() {
        assertThat(tells(0, rehearsal(Way.UP_AGAIN, null))).isTrue();
    }

    @Test
    void isKnownBeforeALaterPhaseOnlyWhereTheOneBeforeWasKept() {
        assertThat(tells(1, rehearsal(Way.UP_AGAIN, Map.of()))).isTrue();
        assertThat(tells(1, rehearsal(Way.UP, Map.of()))).isFalse();
        assertThat(tells(2, rehearsal(Way.UP_AGAIN, Map.of()))).isFalse();
        assertThat(tells(1, rehearsal(Way.UP_AGAIN, null))).as("an older version's").isFalse();
        assertThat(ExpectedSchema.before(1, rehearsal(Way.UP_AGAIN, null), Map.of("table public.users", "f")))
                .isEmpty();
    }
}
