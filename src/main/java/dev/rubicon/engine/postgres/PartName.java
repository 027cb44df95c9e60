package dev.rubicon.engine.postgres;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The name of a partition's part of an index: the same at each try, and told apart from others where it must be cut. */
final class PartName {

    private static final int LONGEST = 63;
    private static final int DIGITS = 8;

    private PartName() {}

    static String of(String partition, String index) {
        String whole = partition + "_" + index;
        return bytes(whole) <= LONGEST
                ? whole
                : cut(whole, LONGEST - DIGITS - 1) + "_" + digest(whole);
    }

    /** Whole characters only. */
    private static String cut(String text, int longest) {
        int end = text.length();
        while (bytes(text.substring(0, end)) > longest || Character.isHighSurrogate(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(0, end);
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static String digest(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash).substring(0, DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
