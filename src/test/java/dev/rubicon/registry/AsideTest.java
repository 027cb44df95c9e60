package dev.rubicon.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.testing.RubiconTest;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What runs beside the transaction of its caller, and how long that waits. */
@RubiconTest
class AsideTest {

    @Autowired
    private Aside aside;

    @Autowired
    private DataSource source;

    @Autowired
    private JdbcClient jdbc;

    @Autowired
    private TransactionTemplate transactions;

    @Test
    void letsTheCallersTransactionBeSilentWhileItLastsAndNoLonger() {
        transactions.executeWithoutResult(status -> {
            Connection callers = DataSourceUtils.getConnection(source);

            assertThat(aside.run(() -> silence(callers))).isEqualTo("10min");

            assertThat(silence(callers)).isEqualTo("10s");
        });
    }

    @Test
    void runsOutsideOfAnyTransactionWhoeverCalls() {
        assertThat(aside.run(TransactionSynchronizationManager::isActualTransactionActive)).isFalse();
        assertThat(transactions.<Boolean>execute(
                status -> aside.run(TransactionSynchronizationManager::isActualTransactionActive))).isFalse();
        assertThat(jdbc.sql("SHOW idle_in_transaction_session_timeout").query(String.class).single()).isEqualTo("10s");
    }

    private static String silence(Connection connection) {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("SHOW idle_in_transaction_session_timeout")) {
            rows.next();
            return rows.getString(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
