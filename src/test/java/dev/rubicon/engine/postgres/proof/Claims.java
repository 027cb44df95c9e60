package dev.rubicon.engine.postgres.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;

/** What is claimed of a statement on a major version, to be held against an observation. */
record Claims(Proof proof, int version) {

    static Claims of(Proof proof, int version) {
        return new Claims(proof, version);
    }

    void compareWith(Observation seen) {
        Optional<String> refused = seen.refused();
        assertThat(refused.isPresent()).as("%s, PostgreSQL %d: refused, %s", proof, version, seen)
                .isEqualTo(proof.mustBeRefusedBy(version));
        if (version >= proof.from()) {
            assertThat(refused).as("%s, PostgreSQL %d: refused with", proof, version).isEqualTo(proof.refused());
        }
    }
}
