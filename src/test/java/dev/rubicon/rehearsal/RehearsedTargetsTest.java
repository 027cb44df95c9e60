package dev.rubicon.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.engine.schema.SchemaObject;
import dev.rubicon.engine.schema.SchemaObject.Kind;
import dev.rubicon.engine.schema.SchemaSnapshot;
import dev.rubicon.execution.RehearsedSchemas.Start;
import dev.rubicon.rehearsal.ExpectedSchema.Move;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RehearsedTargetsTest {

    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final SchemaSnapshot SCHEMA = new SchemaSnapshot(17,
            List.of(new SchemaObject(Kind.TABLE, "public.users", "CREATE TABLE public.users ();\n")), List.of());

    private static Rehearsal rehearsal(RehearsalState state, @Nullable String fingerprint, @Nullable Integer version) {
        return new Rehearsal(1, "plan", 1, "digest", "rollback", "shop-1", "production", EvidenceClass.EMPTY_SCHEMA,
                state, "", "author", NOW, NOW, NOW.minus(Duration.ofMinutes(11)), 1, null, null, fingerprint, version,
                RehearsalReport.NOTHING, null, RehearsalKind.REHEARSAL, null);
    }

    @Test
    void takesARehearsalOfTheSameSchemaOnTheSameVersionForItsOwn() {
        String digits = SCHEMA.fingerprint().digits();
        assertThat(RehearsedTargets.isAlike(rehearsal(RehearsalState.PASSED, digits, 17), "shop-2", SCHEMA)).isTrue();
        assertThat(RehearsedTargets.isAlike(rehearsal(RehearsalState.PASSED, digits, 16), "shop-1", SCHEMA)).isFalse();
        assertThat(RehearsedTargets.isAlike(rehearsal(RehearsalState.PASSED, "other", 17), "shop-1", SCHEMA)).isFalse();
    }

    @Test
    void takesOneThatHasNotReadItsTargetForThatTargetAlone() {
        Rehearsal queued = rehearsal(RehearsalState.QUEUED, null, null);
        assertThat(RehearsedTargets.isAlike(queued, "shop-1", SCHEMA)).isTrue();
        assertThat(RehearsedTargets.isAlike(queued, "shop-2", SCHEMA)).isFalse();
    }

    @Test
    void forgetsAfterTenMinutesThatOneCouldNotBeCarriedOut() {
        Rehearsal broken = rehearsal(RehearsalState.BROKEN, null, null);
        assertThat(RehearsedTargets.isBrokenLongAgo(broken, NOW)).isTrue();
        assertThat(RehearsedTargets.isBrokenLongAgo(broken, NOW.minus(Duration.ofMinutes(2)))).isFalse();
        assertThat(RehearsedTargets.isBrokenLongAgo(rehearsal(RehearsalState.FAILED, null, null), NOW)).isFalse();
    }

    @Test
    void namesNothingOfOtherEnvironmentsButTheNumberOfTheRehearsal() {
        Rehearsal one = rehearsal(RehearsalState.PASSED, "f", 17);
        List<Move> moved = List.of(new Move("table public.secret", "table public.secret is gone"));
        Start here = new Start("plan", 1, "digest", 0, "shop-2", "production");
        assertThat(RehearsedTargets.named(here, one)).isEqualTo("#1 on shop-1");
        assertThat(RehearsedTargets.words(here, one, moved)).containsExactly("table public.secret is gone");

        Start elsewhere = new Start("plan", 1, "digest", 0, "test-1", "test");
        assertThat(RehearsedTargets.named(elsewhere, one)).isEqualTo("#1");
        assertThat(RehearsedTargets.words(elsewhere, one, moved)).singleElement().asString().doesNotContain("secret");
    }
}
