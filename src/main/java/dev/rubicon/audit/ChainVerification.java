package dev.rubicon.audit;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * What recomputing the whole chain found.
 *
 * @param intact whether every entry is as it was written and none is missing
 * @param chainedTo the last link that the head of the chain tells of
 * @param pending how many entries are not linked yet; normally they are within a second
 * @param head the hash of the last link, in hexadecimal; whoever writes it down elsewhere can later prove that the chain
 *     was not replaced as a whole
 * @param brokenAt the first link that is not as it was, or null when intact
 * @param reason what is wrong there, or null when intact
 */
public record ChainVerification(boolean intact, long chainedTo, long pending, String head,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long brokenAt,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String reason) {}
