package dev.rubicon.registry;

import dev.rubicon.problem.IfMatch;
import dev.rubicon.security.Actor;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/** The environments of a first start on an empty database. */
@Component
class FirstEnvironments implements SmartInitializingSingleton {

    private final Environments environments;
    private final JdbcClient jdbc;
    private final TransactionOperations transactions;

    FirstEnvironments(Environments environments, JdbcClient jdbc, TransactionOperations transactions) {
        this.environments = environments;
        this.jdbc = jdbc;
        this.transactions = transactions;
    }

    /** The table lock (against writers alone) lets one of two nodes that start together do it. */
    @Override
    public void afterSingletonsInstantiated() {
        transactions.executeWithoutResult(status -> {
            if (!environments.all().isEmpty()) {
                return;
            }
            jdbc.sql("LOCK TABLE environment IN SHARE ROW EXCLUSIVE MODE").update();
            if (environments.all().isEmpty()) {
                put("development", 1, Policy.withApprovals(0, 0, 0));
                put("staging", 2, Policy.withApprovals(1, 1, 1));
                put("production", 3, Policy.withApprovals(1, 2, 2));
            }
        });
    }

    private void put(String name, int position, Policy policy) {
        environments.put(Actor.RUBICON, name, new EnvironmentChange(position, policy), IfMatch.any());
    }
}
