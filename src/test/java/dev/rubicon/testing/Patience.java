package dev.rubicon.testing;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * How long tests wait for what has to come, where they do not say otherwise: Awaitility's ten seconds are too few for a
 * busy machine, and where all is well nobody waits for its end. JUnit finds it by itself.
 */
public final class Patience implements BeforeAllCallback {

    static {
        // less than a server keeps an idle connection: a request is not to meet its end on the way, for a POST is not
        // sent again
        System.setProperty("jdk.httpclient.keepalive.timeout", "5");
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        Awaitility.setDefaultTimeout(Duration.ofSeconds(120));
    }
}
