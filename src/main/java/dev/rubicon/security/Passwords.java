package dev.rubicon.security;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.springframework.security.crypto.factory.PasswordEncoderFactories;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.stereotype.Component;

/**
 * Hashes passwords, slowly on purpose, and remembers for a minute which ones it has just seen to be right: a client that
 * polls with Basic would otherwise cost a bcrypt per call.
 */
@Component
class Passwords {

    /** What bcrypt looks at; a longer password would be cut silently. */
    static final int MOST_BYTES = 72;

    private static final Duration REMEMBERED = Duration.ofMinutes(1);
    private static final int MOST_REMEMBERED = 1000;

    private final PasswordEncoder encoder = PasswordEncoderFactories.createDelegatingPasswordEncoder();
    private final String nobodys = encode("nobody has this password");
    private final SecretKeySpec key = randomKey();
    private final Clock clock;
    private final Map<ByteBuffer, Instant> seen = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Instant> eldest) {
            return size() > MOST_REMEMBERED;
        }
    };

    Passwords(Clock clock) {
        this.clock = clock;
    }

    final String encode(String password) {
        String hash = encoder.encode(password);
        if (hash == null) {
            throw new IllegalStateException("the encoder gave no hash");
        }
        return hash;
    }

    /** Compares, always in the time of a hash: without an account too, or the time would tell that there is none. */
    boolean matches(String password, @Nullable String hash) {
        boolean fits = password.getBytes(StandardCharsets.UTF_8).length <= MOST_BYTES;
        return encoder.matches(fits ? password : "", hash == null ? nobodys : hash) && hash != null && fits;
    }

    /**
     * Whether this password was right for this hash within the last minute. The stored hash is part of what is
     * remembered, so a changed password is forgotten at once, on every node.
     */
    boolean wasRight(String password, String hash) {
        synchronized (seen) {
            Instant until = seen.get(fingerprint(password, hash));
            return until != null && clock.instant().isBefore(until);
        }
    }

    void remember(String password, String hash) {
        synchronized (seen) {
            seen.put(fingerprint(password, hash), clock.instant().plus(REMEMBERED));
        }
    }

    private ByteBuffer fingerprint(String password, String hash) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            mac.update(hash.getBytes(StandardCharsets.UTF_8));
            mac.update((byte) 0);
            return ByteBuffer.wrap(mac.doFinal(password.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Lives as long as the process: what is remembered can be checked nowhere else. */
    private static SecretKeySpec randomKey() {
        byte[] bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return new SecretKeySpec(bytes, "HmacSHA256");
    }
}
