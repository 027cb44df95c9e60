package dev.rubicon.engine.postgres;

import dev.rubicon.engine.facts.Action.Volatility;
import dev.rubicon.engine.facts.Expression;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.engine.facts.Schema;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * How far the results of functions can be relied on: of PostgreSQL's own by a list of all names in 18, the worst where there
 * are several of one name; of others by the schema. What neither knows is volatile, as a function is that does not say.
 */
final class Volatilities {

    private static final Map<String, Volatility> BUILT_IN = read();

    private Volatilities() {}

    /** The first function that can give another result for each row, with a reason; empty where there is none. */
    static Optional<String> volatileCall(Expression expression, Schema schema) {
        return expression.functions().stream().filter(call -> of(call, schema) == Volatility.VOLATILE).findFirst()
                .map(call -> why(call.name(), schema));
    }

    static Volatility of(Expression.Call call, Schema schema) {
        return schema.volatility(call).or(() -> builtIn(call.name())).orElse(Volatility.VOLATILE);
    }

    static Map<String, Volatility> builtIn() {
        return BUILT_IN;
    }

    private static Optional<Volatility> builtIn(QualifiedName function) {
        return function.schema() == null || function.schema().equals("pg_catalog")
                ? Optional.ofNullable(BUILT_IN.get(function.name()))
                : Optional.empty();
    }

    private static String why(QualifiedName function, Schema schema) {
        boolean known = schema.volatility(function).isPresent() || builtIn(function).isPresent();
        return known
                ? function + "() is volatile"
                : function + "() is not known here; functions are volatile by default";
    }

    /** Lines of a letter, as in {@code pg_proc.provolatile}, and the names. */
    private static Map<String, Volatility> read() {
        try (InputStream in = Objects.requireNonNull(Volatilities.class.getResourceAsStream("functions.txt"))) {
            Map<String, Volatility> read = new HashMap<>();
            new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().forEach(line -> {
                Volatility volatility = switch (line.charAt(0)) {
                    case 'i' -> Volatility.IMMUTABLE;
                    case 's' -> Volatility.STABLE;
                    default -> Volatility.VOLATILE;
                };
                read.put(line.substring(2), volatility);
            });
            return Map.copyOf(read);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
