package dev.rubicon.registry;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * Seals passwords with AES-256 in GCM. The key comes from {@code RUBICON_ENCRYPTION_KEY} (32 bytes in Base64), else from
 * the file {@code encryption.key} of Rubicon's folder, made when the first password is stored. Keys of
 * {@code RUBICON_ENCRYPTION_KEY_PREVIOUS} (with commas between) and of the file still open what they sealed.
 */
@Component
class Keyring {

    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final Set<PosixFilePermission> OWNER_ALONE = PosixFilePermissions.fromString("rw-------");

    private final SecureRandom random = new SecureRandom();
    private final Path file;
    private final Map<String, SecretKeySpec> keys = new LinkedHashMap<>();
    private @Nullable String current;

    /** @param keyId tells which key opens it */
    @SuppressWarnings("ArrayRecordComponent") // goes from here to a column and back
    record Sealed(String keyId, byte[] text) {}

    @Autowired
    Keyring(@Value("${RUBICON_ENCRYPTION_KEY:}") String key,
            @Value("${RUBICON_ENCRYPTION_KEY_PREVIOUS:}") String previous,
            @Value("${rubicon.home:.rubicon}") String home) {
        this(key, previous, Path.of(home));
    }

    Keyring(String key, String previous, Path home) {
        file = home.resolve("encryption.key");
        if (!key.isBlank()) {
            current = add(decoded(key, "RUBICON_ENCRYPTION_KEY"));
        }
        for (String one : previous.split(",", -1)) {
            if (!one.isBlank()) {
                add(decoded(one, "RUBICON_ENCRYPTION_KEY_PREVIOUS"));
            }
        }
        if (Files.exists(file)) {
            String fromFile = add(read());
            current = current == null ? fromFile : current;
        }
    }

    /**
     * Seals a password for one target: the name is authenticated with it, so that a sealed password moved to another
     * row does not open there.
     */
    Sealed seal(String target, String password) {
        String keyId = currentOrNew();
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        byte[] sealed = crypt(Cipher.ENCRYPT_MODE, keyId, nonce, target, password.getBytes(StandardCharsets.UTF_8));
        return new Sealed(keyId, ByteBuffer.allocate(NONCE_BYTES + sealed.length).put(nonce).put(sealed).array());
    }

    /** @throws IllegalArgumentException when no key of this server opens it for that target */
    String open(String target, Sealed sealed) {
        byte[] nonce = Arrays.copyOf(sealed.text, NONCE_BYTES);
        byte[] text = Arrays.copyOfRange(sealed.text, NONCE_BYTES, sealed.text.length);
        return new String(crypt(Cipher.DECRYPT_MODE, sealed.keyId, nonce, target, text), StandardCharsets.UTF_8);
    }

    /** Whether this was sealed with a key that another has followed, and that is still here to open it. */
    boolean isOld(String keyId) {
        return current != null && !keyId.equals(current) && keys.containsKey(keyId);
    }

    private byte[] crypt(int mode, String keyId, byte[] nonce, String target, byte[] text) {
        SecretKeySpec key = keys.get(keyId);
        if (key == null) {
            throw new IllegalArgumentException("the key " + keyId + " that sealed it is not on this server");
        }
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(target.getBytes(StandardCharsets.UTF_8));
            return cipher.doFinal(text);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("what is stored was not sealed for this target", e);
        }
    }

    /** The id of the key that seals, unless none was given nor made yet. */
    Optional<String> current() {
        return Optional.ofNullable(current);
    }

    /** Whether this key is here to open what it sealed. */
    boolean has(String keyId) {
        return keys.containsKey(keyId);
    }

    /** The id of the key that seals; one is made where there is none. */
    synchronized String currentOrNew() {
        if (current == null) {
            current = add(Files.exists(file) ? read() : made());
        }
        return current;
    }

    private String add(byte[] key) {
        String id = HexFormat.of().formatHex(sha256(key), 0, 4);
        keys.putIfAbsent(id, new SecretKeySpec(key, "AES"));
        return id;
    }

    private byte[] read() {
        try {
            if (Files.getFileStore(file).supportsFileAttributeView("posix")
                    && !OWNER_ALONE.containsAll(Files.getPosixFilePermissions(file))) {
                throw new IllegalStateException(
                        "Others than its owner may use " + file + "; take that away with chmod 600");
            }
            return decoded(Files.readString(file), file.toString());
        } catch (IOException e) {
            throw new UncheckedIOException("The key file " + file + " cannot be read", e);
        }
    }

    /** Two servers that start in one folder get the same key: who links second reads what the first linked. */
    private byte[] made() {
        byte[] key = new byte[KEY_BYTES];
        random.nextBytes(key);
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Path draft = Files.createTempFile(file.toAbsolutePath().getParent(), "encryption", ".draft");
            try {
                Files.writeString(draft, Base64.getEncoder().encodeToString(key) + "\n");
                Files.createLink(file, draft);
            } catch (FileAlreadyExistsException e) {
                return read();
            } finally {
                Files.deleteIfExists(draft);
            }
            return key;
        } catch (IOException e) {
            throw new UncheckedIOException("No key can be made in " + file
                    + "; set RUBICON_ENCRYPTION_KEY to 32 random bytes in Base64", e);
        }
    }

    private static byte[] decoded(String text, String place) {
        byte[] key;
        try {
            key = Base64.getDecoder().decode(text.strip());
        } catch (IllegalArgumentException e) {
            key = new byte[0]; // the cause would repeat a piece of the key
        }
        if (key.length != KEY_BYTES) {
            throw new IllegalStateException(place + " has to be 32 bytes in Base64 (openssl rand -base64 32)");
        }
        return key;
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
