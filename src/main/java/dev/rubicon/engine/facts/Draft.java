package dev.rubicon.engine.facts;

import dev.rubicon.plan.DataLoss;
import org.jspecify.annotations.Nullable;

/**
 * The rollback that Rubicon proposes for a statement.
 *
 * @param sql the statements that undo it, or null where none can
 * @param loss what running them would lose; with {@code sql} null, what is lost for good by the statement itself
 * @param lossQuery a SELECT that counts the rows at risk, or null where nothing is
 * @param window until when the way back holds, in words, or null for always
 * @param why what it restores, or why there is no way back
 */
public record Draft(@Nullable String sql, DataLoss loss, @Nullable String lossQuery, @Nullable String window,
        String why) {}
