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
        boolean protocols = first == 192 && second == 0 && bytes[2] == 0;
        boolean benchmarks = first == 198 && (second == 18 || second == 19);
        return first != 0 && first < 224 && !shared && !protocols && !benchmarks;
    }

    private static boolean isPublic6(byte[] bytes) {
        boolean unique = (bytes[0] & 0xfe) == 0xfc; // fc00::/7, the private networks of IPv6
        if (unique) {
            return false;
        }
        boolean translated = startsWith(bytes, 0x00, 0x64, 0xff, 0x9b); // 64:ff9b::/96 carries an IPv4 address at its end
        if (translated) {
            return isPublic(inner(bytes, 12));
        }
        boolean sixToFour = startsWith(bytes, 0x20, 0x02); // 2002::/16 carries one behind its prefix
        return sixToFour ? isPublic(inner(bytes, 2)) : !isCompatible(bytes);
    }

    /** {@code ::a.b.c.d}, which some stacks still take for the IPv4 address. */
    private static boolean isCompatible(byte[] bytes) {
        for (int i = 0; i < 12; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
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
