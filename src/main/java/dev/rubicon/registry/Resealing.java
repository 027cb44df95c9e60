package dev.rubicon.registry;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/**
 * After a rotation: seals what an older key sealed with the present one, at start-up, so that the older can go. Nodes
 * that run on meanwhile need the new key among their previous ones.
 */
@Component
class Resealing implements SmartInitializingSingleton {

    private static final Logger LOG = LoggerFactory.getLogger(Resealing.class);

    private final TargetRows rows;
    private final Keyring keyring;
    private final SharedKey sharedKey;
    private final TransactionOperations transactions;

    Resealing(TargetRows rows, Keyring keyring, SharedKey sharedKey, TransactionOperations transactions) {
        this.rows = rows;
        this.keyring = keyring;
        this.sharedKey = sharedKey;
        this.transactions = transactions;
    }

    @Override
    public void afterSingletonsInstantiated() {
        sharedKey.agree();
        List<String> resealed = rows.withStoredPassword().stream()
                .filter(name -> transactions.execute(status -> reseal(name))).toList();
        if (!resealed.isEmpty()) {
            LOG.info("The passwords of {} targets are sealed with the present key now", resealed.size());
        }
    }

    private Boolean reseal(String name) {
        Keyring.Sealed sealed = rows.lock(name).map(row -> row.password().sealed()).orElse(null);
        if (sealed == null || !keyring.isOld(sealed.keyId())) {
            return false;
        }
        try {
            rows.reseal(name, keyring.seal(name, keyring.open(name, sealed)));
            return true;
        } catch (IllegalArgumentException e) {
            LOG.warn("The password of target '{}' stays under its old key: {}", name, e.getMessage());
            return false;
        }
    }
}
