package dev.rubicon.registry;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Runs what asks a target, and so may take minutes, outside of the transaction that its caller may be in, like that of an
 * {@code Idempotency-Key}. What it keeps stays kept whatever becomes of that transaction.
 */
@Component
public class Aside {

    /** Longer than any look at a target: each of its statements ends after a minute at the latest. */
    private static final String PATIENCE = "10min";

    private final JdbcClient jdbc;
    private final TransactionTemplate suspended;

    Aside(JdbcClient jdbc, PlatformTransactionManager manager) {
        this.jdbc = jdbc;
        this.suspended = new TransactionTemplate(manager);
        suspended.setPropagationBehavior(TransactionDefinition.PROPAGATION_NOT_SUPPORTED);
    }

    /**
     * Runs it at once. A transaction that waits for it may be silent meanwhile for longer than the usual ten seconds, after
     * which the server ends it; so call this before anything is locked that others wait for.
     */
    public <T extends @Nullable Object> T run(Supplier<T> work) {
        if (!TransactionSynchronizationManager.isActualTransactionActive()) {
            return work.get();
        }
        String usual = jdbc.sql("SELECT current_setting('idle_in_transaction_session_timeout')").query(String.class)
                .single();
        silence(PATIENCE);
        T result = suspended.execute(status -> work.get());
        // where the work fails, its transaction does, and what was set for it ends with it
        silence(usual);
        return result;
    }

    private void silence(String atMost) {
        jdbc.sql("SELECT set_config('idle_in_transaction_session_timeout', ?, true)").param(atMost)
                .query(String.class).single();
    }
}
