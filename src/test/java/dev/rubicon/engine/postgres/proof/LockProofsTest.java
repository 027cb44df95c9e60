package dev.rubicon.engine.postgres.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LockProofsTest {

    private static final ProofServer SERVER = ProofServer.ofTheTests();
    private static final Observer OBSERVER = new Observer(SERVER);

    static List<Proof> proofs() {
        return Proofs.ALL;
    }

    @ParameterizedTest
    @MethodSource("proofs")
    void holdsOnTheServerOfTheTests(Proof proof) {
        Claims.of(proof, SERVER.version()).compareWith(OBSERVER.observe(proof));
    }

    /** What is nowhere known may still exist for a schema without catalog, so those proofs are left aside. */
    @ParameterizedTest
    @MethodSource("proofs")
    void saysTheSameWithoutCatalogOfWhatScriptsMade(Proof proof) {
        if (!proof.id().endsWith("-absent")) {
            assertThat(Claims.overOpenSchema(proof, 18)).isEqualTo(Claims.of(proof, 18));
        }
    }

    @Test
    void hasNoTwoProofsOfOneName() {
        assertThat(Proofs.ALL).extracting(Proof::id).doesNotHaveDuplicates().hasSizeGreaterThan(300);
    }
}
