package dev.rubicon.webhook;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What this server may be made to call.
 *
 * @param allowHttp whether URLs may be without TLS
 * @param allowPrivate whether addresses may be of this machine or of a private network
 * @param timeout for one try, from the connection to the end of the answer
 * @param keep how long deliveries that ended stay on record
 */
@ConfigurationProperties("rubicon.webhooks")
record WebhookSettings(@DefaultValue("false") boolean allowHttp, @DefaultValue("false") boolean allowPrivate,
        @DefaultValue("10s") Duration timeout, @DefaultValue("30d") Duration keep) {}
