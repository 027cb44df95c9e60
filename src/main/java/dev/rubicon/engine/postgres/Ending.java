package dev.rubicon.engine.postgres;

import dev.rubicon.engine.StepEnded;
import dev.rubicon.engine.StepOutcome;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** The endings that work on PostgreSQL comes to. */
final class Ending extends StepEnded {

    Ending(StepOutcome outcome) {
        super(outcome);
    }

    static Ending failed(String cause, String message) {
        return new Ending(new StepOutcome.Failed(cause, message, null, Map.of()));
    }

    /** The server refused a statement. */
    static Ending refused(SQLException e, String statement) {
        Map<String, Object> facts = new HashMap<>();
        facts.put("statement", statement);
        if (e instanceof PSQLException server && server.getServerErrorMessage() != null) {
            ServerErrorMessage details = server.getServerErrorMessage();
            put(facts, "detail", details.getDetail());
            put(facts, "hint", details.getHint());
            put(facts, "where", details.getWhere());
            put(facts, "constraint", details.getConstraint());
        }
        return new Ending(new StepOutcome.Failed("statement-failed", String.valueOf(e.getMessage()), e.getSQLState(),
                Map.copyOf(facts)));
    }

    /** The same, with a sentence more about what is left behind; nothing is added where the outcome has no such place. */
    Ending and(String sentence) {
        return switch (outcome()) {
            case StepOutcome.Failed failed -> new Ending(new StepOutcome.Failed(failed.cause(),
                    failed.message() + ". " + sentence, failed.sqlState(), failed.facts()));
            case StepOutcome.Stopped stopped ->
                new Ending(new StepOutcome.Stopped(stopped.signal(), stopped.observed() + ". " + sentence));
            case StepOutcome.Done _,StepOutcome.Waiting _,StepOutcome.Fenced _,StepOutcome.Lost _ -> this;
        };
    }

    private static void put(Map<String, Object> facts, String name, @Nullable String value) {
        if (value != null) {
            facts.put(name, value);
        }
    }
}
