package dev.rubicon.verification;

import dev.rubicon.engine.Answer;
import dev.rubicon.engine.QueryFailed;
import dev.rubicon.engine.RowCount;
import dev.rubicon.engine.TargetReader;
import dev.rubicon.plan.Verification;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** The door: asks verifications on a target. */
@Component
public class Verifications {

    private final Duration timeout;

    /** @param timeout of one query, which nobody has to set */
    Verifications(@Value("${rubicon.verification.timeout:30s}") Duration timeout) {
        this.timeout = timeout;
    }

    /**
     * The answer to one verification.
     *
     * @param holds whether the answer is {@link Answer#HOLDS}
     * @param seen what was found, in a sentence with the expected and the seen value
     * @param answer null only in what versions without a third answer stored
     */
    public record Result(String name, boolean holds, String seen, @Nullable Answer answer) {

        public Result {
            answer = answer != null ? answer : holds ? Answer.HOLDS : Answer.DOES_NOT_HOLD;
        }

        public Result(String name, boolean holds, String seen) {
            this(name, holds, seen, null);
        }

        public Result(String name, Answer answer, String seen) {
            this(name, answer == Answer.HOLDS, seen, answer);
        }

        /** Whether the step does not stand by it. */
        public boolean fails() {
            return answer == Answer.DOES_NOT_HOLD;
        }
    }

    /**
     * Asks in READ ONLY transactions, each no longer than the timeout; a query that the target refuses is an answer
     * that does not hold.
     *
     * @param rowCountChange rows that the step itself added to or took from its table, for
     *     {@link Verification.RowCountUnchanged}
     */
    public Result ask(TargetReader reader, Verification verification, long rowCountChange) {
        return ask(reader, verification, RowCount.of(rowCountChange));
    }

    /** The same with all that is known of the number of rows. */
    public Result ask(TargetReader reader, Verification verification, RowCount rows) {
        try {
            return switch (verification) {
                case Verification.Query query -> query(reader, query);
                case Verification.Same same -> same(reader, same);
                case Verification.RowCountUnchanged unchanged -> RowCounts.unchanged(unchanged.name(), rows);
            };
        } catch (QueryFailed e) {
            return new Result(verification.name(), false, "The query failed: " + e.getMessage());
        }
    }

    private Result query(TargetReader reader, Verification.Query query) {
        List<List<@Nullable String>> rows = reader.query(query.sql(), timeout);
        if (rows.size() != 1 || rows.getFirst().size() != 1) {
            return new Result(query.name(), false, "Expected one row of one column, saw " + rows.size() + " rows"
                    + (rows.isEmpty() ? "" : " of " + rows.getFirst().size() + " columns"));
        }
        String seen = rows.getFirst().getFirst();
        return switch (query.expected()) {
            case Verification.Value value -> new Result(query.name(), equal(value.text(), seen),
                    "Expected " + shown(value.text()) + ", saw " + shown(seen));
            case Verification.Between between -> new Result(query.name(), within(between, seen),
                    "Expected a number " + bounds(between) + ", saw " + shown(seen));
        };
    }

    private Result same(TargetReader reader, Verification.Same same) {
        List<List<@Nullable String>> one = reader.query(same.sql(), timeout);
        List<List<@Nullable String>> other = reader.query(same.as(), timeout);
        for (int i = 0; i < Math.max(one.size(), other.size()); i++) {
            List<@Nullable String> left = i < one.size() ? one.get(i) : null;
            List<@Nullable String> right = i < other.size() ? other.get(i) : null;
            if (!Objects.equals(left, right)) {
                return new Result(same.name(), false,
                        "Expected equal results; row %d is %s in the first, %s in the other"
                                .formatted(i + 1, left == null ? "missing" : left, right == null ? "missing" : right));
            }
        }
        return new Result(same.name(), true, "Both queries answer the same " + one.size() + " rows");
    }

    /** As text; where both are numbers by value, so that 0 is 0.00. */
    private static boolean equal(@Nullable String expected, @Nullable String seen) {
        if (Objects.equals(expected, seen)) {
            return true;
        }
        Optional<BigDecimal> left = number(expected);
        Optional<BigDecimal> right = number(seen);
        if (left.isPresent() && right.isPresent()) {
            return left.get().compareTo(right.get()) == 0;
        }
        return truth(expected).isPresent() && truth(expected).equals(truth(seen));
    }

    /** PostgreSQL prints truth as t and f, plans say true and false. */
    private static Optional<Boolean> truth(@Nullable String text) {
        return switch (text) {
            case "true", "t" -> Optional.of(true);
            case "false", "f" -> Optional.of(false);
            case null, default -> Optional.empty();
        };
    }

    private static boolean within(Verification.Between between, @Nullable String seen) {
        return number(seen).filter(value -> between.min() == null || value.compareTo(between.min()) >= 0)
                .filter(value -> between.max() == null || value.compareTo(between.max()) <= 0).isPresent();
    }

    private static String bounds(Verification.Between between) {
        String least = between.min() == null ? "" : "of at least " + between.min().toPlainString();
        String most = between.max() == null ? "" : "of at most " + between.max().toPlainString();
        return least.isEmpty() || most.isEmpty() ? least + most : least + " and " + most;
    }

    private static Optional<BigDecimal> number(@Nullable String text) {
        try {
            return text == null ? Optional.empty() : Optional.of(new BigDecimal(text));
        } catch (NumberFormatException notOne) {
            return Optional.empty();
        }
    }

    private static String shown(@Nullable String value) {
        return value == null ? "NULL" : value;
    }
}
