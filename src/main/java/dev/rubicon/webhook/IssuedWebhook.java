package dev.rubicon.webhook;

/**
 * A webhook just made.
 *
 * @param secret nobody can read it a second time
 */
public record IssuedWebhook(Webhook webhook, String secret) {

    @Override
    public String toString() {
        return "IssuedWebhook[" + webhook.id() + "]";
    }
}
