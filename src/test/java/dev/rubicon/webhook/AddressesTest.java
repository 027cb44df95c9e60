package dev.rubicon.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressesTest {

    @ParameterizedTest
    @ValueSource(strings = {"93.184.215.14", "168.63.129.17", "2606:2800:21f:cb07:6820:80da:af6b:8b2c",
            "64:ff9b::5db8:d70e", "2002:5db8:d70e::1"})
    void callsThePublicInternet(String address) throws UnknownHostException {
        assertThat(Addresses.isPublic(InetAddress.getByName(address))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.0.1", "169.254.169.254", "100.64.0.1",
            "0.0.0.0", "192.0.0.8", "198.18.0.1", "224.0.0.1", "255.255.255.255", "168.63.129.16", "::1", "::",
            "::10.1.2.3", "::ffff:10.1.2.3", "fe80::1", "fd00::1", "ff02::1", "64:ff9b::a01:203",
            "64:ff9b:1::5db8:d70e", "64:ff9b:0:0:0:1:5db8:d70e", "2002:a01:203::1", "2001:0:5db8:d70e::1",
            "2001:db8::1", "100::1", "4000::1"})
    void callsNothingElse(String address) throws UnknownHostException {
        assertThat(Addresses.isPublic(InetAddress.getByName(address))).isFalse();
    }
}
