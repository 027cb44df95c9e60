package dev.rubicon.rehearsal;

import dev.rubicon.plan.PlanRevision;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.stream.Collectors;

/** The digest of a revision's ways back: two revisions with the same one are undone alike. */
final class WaysBack {

    private WaysBack() {}

    static String digest(PlanRevision revision) {
        String text = revision.document().steps()
                .map(step -> step.name() + "\0" + step.rollback().word() + "\0" + step.rollback().text())
                .collect(Collectors.joining("\0\0"));
        try {
            return "sha256:" + HexFormat.of().formatHex(
                    MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
