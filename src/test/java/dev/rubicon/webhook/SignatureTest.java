package dev.rubicon.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignatureTest {

    /** The code was computed by another implementation. */
    @Test
    void signsTimeAndBody() {
        assertThat(Signature.of("whsec_known_to_the_receiver", Instant.parse("2026-01-01T00:00:00Z"),
                "{\"id\":\"1\",\"type\":\"ping\"}")).isEqualTo(
                        "t=1767225600,v1=4dedc463fecacf3765e3da54ec082f8a2cbf76f2693535767c633809b8ffceb0");
    }

    @Test
    void waitsLongerEachTimeAndGivesUpAfterADay() {
        assertThat(Backoff.after(1, Duration.ZERO, 0.5)).contains(Duration.ofSeconds(10));
        assertThat(Backoff.after(3, Duration.ZERO, 0.5)).contains(Duration.ofSeconds(40));
        assertThat(Backoff.after(1, Duration.ZERO, 0)).contains(Duration.ofSeconds(8));
        assertThat(Backoff.after(1, Duration.ZERO, 1)).contains(Duration.ofSeconds(12));
        assertThat(Backoff.after(60, Duration.ofHours(3), 0.5)).contains(Duration.ofHours(2));
        assertThat(Backoff.after(14, Duration.ofHours(23), 0.5)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.9.9.9", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1",
            "169.254.169.254", "0.0.0.0", "0.1.2.3", "100.64.0.1", "192.0.0.8", "198.18.0.1", "224.0.0.1",
            "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "fd12:3456::1", "ff02::1", "::ffff:127.0.0.1",
            "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2002:c0a8:101::1", "::127.0.0.1"})
    void knowsAddressesThatAreNoBusinessOfAWebhook(String address) throws UnknownHostException {
        assertThat(Addresses.isPublic(InetAddress.getByName(address))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.1.1.1", "93.184.216.34", "172.32.0.1", "100.128.0.1", "2606:4700::1111",
            "64:ff9b::101:101"})
    void knowsPublicAddresses(String address) throws UnknownHostException {
        assertThat(Addresses.isPublic(InetAddress.getByName(address))).isTrue();
    }
}
