package dev.rubicon.engine.schema;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** The SHA-256 of a canonical text, as 64 lower-case hexadecimal digits. */
public record Fingerprint(String digits) {

    private static final Pattern DIGITS = Pattern.compile("[0-9a-f]{64}");
    private static final int SHORT = 12;

    public Fingerprint {
        if (!DIGITS.matcher(digits).matches()) {
            throw new IllegalArgumentException("A fingerprint has 64 hexadecimal digits");
        }
    }

    public static Fingerprint of(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return new Fingerprint(HexFormat.of().formatHex(digest));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    /** The first digits: enough for a person to tell two apart. */
    public String shortened() {
        return digits.substring(0, SHORT);
    }

    @Override
    public String toString() {
        return digits;
    }
}
