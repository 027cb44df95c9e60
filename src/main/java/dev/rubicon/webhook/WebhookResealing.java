package dev.rubicon.webhook;

import dev.rubicon.registry.Sealing;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.stereotype.Component;

/** After a rotation of keys: seals the secrets with the present one, at start-up, so that the older can go. */
@Component
class WebhookResealing implements SmartInitializingSingleton {

    private static final Logger LOG = LoggerFactory.getLogger(WebhookResealing.class);

    private final WebhookRows rows;
    private final Sealing sealing;

    WebhookResealing(WebhookRows rows, Sealing sealing) {
        this.rows = rows;
        this.sealing = sealing;
    }

    @Override
    public void afterSingletonsInstantiated() {
        rows.all().forEach(row -> {
            try {
                sealing.renewed(Webhook.owner(row.webhook().id()), row.secret())
                        .ifPresent(secret -> rows.reseal(row.webhook().id(), secret));
            } catch (IllegalArgumentException e) {
                LOG.warn("The secret of webhook '{}' stays under its old key: {}", row.webhook().name(),
                        e.getMessage());
            }
        });
    }
}
