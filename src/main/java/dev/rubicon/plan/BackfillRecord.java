package dev.rubicon.plan;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What a backfill with {@code record} keeps of the rows that it changes: a table in Rubicon's schema on the target, with the
 * columns of the row's key under their own names, and for each column that is set {@code old_} and {@code new_} with its
 * name. A later backfill joins it to correct those rows, and no others.
 */
public final class BackfillRecord {

    private static final String PREFIX = "was_";
    private static final int LONGEST = 63;
    private static final int HASH_BYTES = 4;

    private BackfillRecord() {}

    /** The table's name with its schema, which needs no quotes. */
    public static String relation(String plan, String step) {
        return "rubicon." + name(plan, step);
    }

    private static String name(String plan, String step) {
        String name = PREFIX + plan.replace('-', '_') + "__" + step.replace('-', '_');
        boolean plain = !plan.contains("--") && !step.contains("--") && !plan.endsWith("-") && !step.startsWith("-");
        return plain && name.length() <= LONGEST
                ? name
                : name.substring(0, Math.min(name.length(), LONGEST - 1 - 2 * HASH_BYTES)) + "_" + hash(plan, step);
    }

    private static String hash(String plan, String step) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest((plan + "\0" + step).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
