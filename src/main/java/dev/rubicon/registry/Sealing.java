package dev.rubicon.registry;

import java.util.Optional;
import org.springframework.stereotype.Component;

/** The door for other rooms that keep a secret: sealed with the key of all nodes, like the passwords of targets. */
@Component
public class Sealing {

    private final SharedKey sharedKey;
    private final Keyring keyring;

    Sealing(SharedKey sharedKey, Keyring keyring) {
        this.sharedKey = sharedKey;
        this.keyring = keyring;
    }

    /** @param keyId tells which key opens it */
    @SuppressWarnings("ArrayRecordComponent") // goes from here to a column and back
    public record Sealed(String keyId, byte[] text) {
        @Override
        public String toString() {
            return "Sealed[" + keyId + "]";
        }
    }

    /**
     * @param owner authenticated with the secret, so that it opens for no other; with a colon, which no target's name has,
     *     like {@code webhook:7}
     */
    public Sealed seal(String owner, String secret) {
        Keyring.Sealed sealed = sharedKey.seal(demand(owner), secret);
        return new Sealed(sealed.keyId(), sealed.text());
    }

    /** @throws IllegalArgumentException when no key of this server opens it for that owner */
    public String open(String owner, Sealed sealed) {
        return keyring.open(demand(owner), new Keyring.Sealed(sealed.keyId(), sealed.text()));
    }

    /** The same secret under the present key, where an older one that is still here had sealed it. */
    public Optional<Sealed> renewed(String owner, Sealed sealed) {
        return keyring.isOld(sealed.keyId()) ? Optional.of(seal(owner, open(owner, sealed))) : Optional.empty();
    }

    private static String demand(String owner) {
        if (owner.indexOf(':') < 0) {
            throw new IllegalArgumentException("'" + owner + "' could be a target");
        }
        return owner;
    }
}
