package dev.rubicon.webhook;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/** Which addresses are no business of a webhook: those that only this machine or its network answers at. */
final class Addresses {

    private Addresses() {}

    /** Whether the address lies in the public internet. */
    static boolean isPublic(InetAddress address) {
        if (address.isAnyLocalAddress() || address.isLoopbackAddress() || address.isLinkLocalAddress()
                || address.isSiteLocalAddress() || address.isMulticastAddress()) {
            return false;
        }
        byte[] bytes = address.getAddress();
        return address instanceof Inet4Address ? isPublic4(bytes) : isPublic6(bytes);
    }

    private static boolean isPublic4(byte[] bytes) {
        int first = bytes[0] & 0xff;
        int second = bytes[1] & 0xff;
        boolean shared = first == 100 && second >= 64 && second < 128; // carriers' networks
        boolean protocols = startsWith(bytes, 192, 0, 0);
        boolean benchmarks = first == 198 && (second == 18 || second == 19);
        boolean platform = startsWith(bytes, 168, 63, 129, 16); // Azure answers its machines there
        return first != 0 && first < 224 && !shared && !protocols && !benchmarks && !platform;
    }

    private static boolean isPublic6(byte[] bytes) {
        if (startsWith(bytes, 0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0)) {
            return isPublic(inner(bytes, 12)); // 64:ff9b::/96 carries an IPv4 address at its end
        }
        if (startsWith(bytes, 0x20, 0x02)) {
            return isPublic(inner(bytes, 2)); // 2002::/16 carries one behind its prefix
        }
        boolean global = (bytes[0] & 0xe0) == 0x20; // 2000::/3; all else is private, local or not given out
        boolean teredo = startsWith(bytes, 0x20, 0x01, 0, 0); // leads to an IPv4 address that it hides
        boolean examples = startsWith(bytes, 0x20, 0x01, 0x0d, 0xb8);
        return global && !teredo && !examples;
    }

    private static boolean startsWith(byte[] bytes, int... prefix) {
        for (int i = 0; i < prefix.length; i++) {
            if ((bytes[i] & 0xff) != prefix[i]) {
                return false;
            }
        }
        return true;
    }

    private static InetAddress inner(byte[] bytes, int from) {
        try {
            return InetAddress.getByAddress(Arrays.copyOfRange(bytes, from, from + 4));
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
