package dev.rubicon.verification;

import dev.rubicon.engine.TargetReader;
import dev.rubicon.plan.Verification;
import org.springframework.stereotype.Component;

/** The door: asks verifications on a target. */
@Component
public class Verifications {

    /**
     * The answer to one verification.
     *
     * @param holds whether the step stands by it
     * @param seen what was found, in a sentence with the expected and the seen value
     */
    public record Result(String name, boolean holds, String seen) {}

    /**
     * @param rowCountChange rows that the step itself added to or took from its table, for
     *     {@link Verification.RowCountUnchanged}
     */
    public Result ask(TargetReader reader, Verification verification, long rowCountChange) {
        throw new UnsupportedOperationException();
    }
}
