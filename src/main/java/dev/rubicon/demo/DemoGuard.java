package dev.rubicon.demo;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** Keeps a demo from the network: made before the port is opened, it fails the start. */
@Component
@ConditionalOnBooleanProperty(DemoDefaults.DEMO)
class DemoGuard {

    DemoGuard(Environment environment) throws UnknownHostException {
        String address = environment.getProperty(DemoDefaults.ADDRESS);
        boolean loopback = address != null && InetAddress.getByName(address).isLoopbackAddress();
        if (!loopback && !DemoDefaults.exposed(environment)) {
            throw new DemoExposed(address == null ? "0.0.0.0" : address);
        }
    }
}
