package dev.rubicon.engine.postgres.proof;

import java.util.Optional;

/**
 * One statement to be run and watched.
 *
 * @param id its name in the table of proofs
 * @param topic the file it stands in
 * @param about a sentence for the reader, may be empty
 * @param from the first major version that knows the statement; older ones must refuse it
 * @param refused the SQLSTATE that every server must answer, where the statement cannot be done
 * @param alone present for a statement outside of a transaction block: what another session holds meanwhile
 * @param planned whether the planner decides what it reads, so that only what is claimed must be read
 * @param since the first major version that knows the setup
 * @param unsaid why a weak lock goes unsaid, or empty
 * @param partly whether it locks one table after the other, so that its moment shows some only
 * @param setup statements run and committed before, may be empty
 * @param statement the statement under proof
 */
public record Proof(String id, String topic, String about, int from, Optional<String> refused, Optional<String> alone,
        boolean planned, boolean partly, int since,
        String unsaid, String setup, String statement) {

    boolean mustBeRefusedBy(int version) {
        return refused.isPresent() || version < from;
    }

    @Override
    public String toString() {
        return topic + ": " + id;
    }
}
