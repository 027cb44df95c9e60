package dev.rubicon.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Action.Volatility;
import dev.rubicon.engine.facts.Expression;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.engine.facts.Schema;
import dev.rubicon.testing.TestPostgres;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class VolatilitiesTest {

    /** How src/main/resources/dev/rubicon/engine/postgres/functions.txt is made from a new major version. */
    private static final String WORST_OF_EACH_NAME = """
            SELECT proname, max(CASE provolatile WHEN 'i' THEN 0 WHEN 's' THEN 1 ELSE 2 END) AS worst FROM pg_proc
            WHERE prokind = 'f' AND pronamespace = 'pg_catalog'::regnamespace GROUP BY proname ORDER BY proname COLLATE "C"
            """;

    private final Schema schema = Schema.open();

    @Test
    void knowsTheFunctionsOfTheServer() {
        Map<String, Volatility> live = new HashMap<>();
        TestPostgres.database().jdbc().sql(WORST_OF_EACH_NAME).query((row, number) -> live.put(
                row.getString("proname"), Volatility.values()[row.getInt("worst")])).list();
        assertThat(Volatilities.builtIn()).isEqualTo(live);
    }

    @Test
    void takesAnUnknownFunctionForVolatileAndSaysSo() {
        assertThat(Volatilities.volatileCall(call("ticket_number"), schema))
                .hasValue("ticket_number() is not known here; functions are volatile by default");
        assertThat(Volatilities.volatileCall(call("random"), schema)).hasValue("random() is volatile");
        assertThat(Volatilities.volatileCall(call("now"), schema)).isEmpty();
    }

    @Test
    void believesWhatAScriptSaysOfItsFunction() {
        QualifiedName name = QualifiedName.of("ticket_number");
        schema.apply(new Action.CreateFunction(name, 0, Volatility.STABLE, "sql", false, List.of()));
        assertThat(Volatilities.volatileCall(call("ticket_number"), schema)).isEmpty();
    }

    private static Expression call(String function) {
        return new Expression(function + "()", Set.of(),
                List.of(new Expression.Call(QualifiedName.of(function), 0)), false, Set.of());
    }
}
