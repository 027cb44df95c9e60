package dev.rubicon.rollout;

import dev.rubicon.plan.DataLoss;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A digest over what somebody is shown before they confirm a rollback. */
final class ReturnDigest {

    private ReturnDigest() {}

    static String of(Rollouts.ReturnPreview preview) {
        Map<String, DataLoss> worst = new TreeMap<>();
        preview.losses().forEach(loss -> worst.merge(loss.step(), loss.dataLoss(),
                (one, other) -> one.compareTo(other) < 0 ? other : one));
        return hash(List.of(preview.steps(), worst, preview.refusals()).toString());
    }

    private static String hash(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
