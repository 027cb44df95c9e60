package dev.rubicon.problem;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The condition of a PUT, PATCH or DELETE: which version its sender has seen.
 *
 * @param header the value of {@code If-Match} as it came, or null when it was missing
 */
public record IfMatch(@Nullable String header) {

    private static final Pattern ENTITY_TAG = Pattern.compile("(W/)?\"([\\x21\\x23-\\x7E]*)\"");

    /** The condition of Rubicon's own changes: whatever version there is. */
    public static IfMatch any() {
        return new IfMatch("*");
    }

    /** The entity tag of a version, quoted, as the {@code ETag} header carries it. */
    public static String etag(long version) {
        return "\"" + version + "\"";
    }

    /**
     * Compares strongly (RFC 9110), so that a weak tag never matches.
     *
     * @throws Problem PRECONDITION_REQUIRED without a header, STALE when no tag of it is that of the version
     */
    public void demand(long version) {
        if (header == null || header.isBlank()) {
            throw new Problem(ProblemType.PRECONDITION_REQUIRED,
                    "Send the ETag that you read as If-Match; it is " + etag(version) + " now");
        }
        if (!header.strip().equals("*") && !names(header, Long.toString(version))) {
            throw new Problem(ProblemType.STALE,
                    "The version is " + etag(version) + " now and not what If-Match says; read it again");
        }
    }

    private static boolean names(String header, String version) {
        Matcher tags = ENTITY_TAG.matcher(header);
        while (tags.find()) {
            if (tags.group(1) == null && tags.group(2).equals(version)) {
                return true;
            }
        }
        return false;
    }
}
