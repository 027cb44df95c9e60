package dev.rubicon.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Base64;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyringTest {

    private static final String OLD = key(1);
    private static final String NEW = key(2);

    @TempDir
    Path home;

    @Test
    void opensWhatItSealedForThatTargetAlone() {
        Keyring keyring = new Keyring(OLD, "", home);
        Keyring.Sealed sealed = keyring.seal("orders", "hush");

        assertThat(new String(sealed.text(), StandardCharsets.ISO_8859_1)).doesNotContain("hush");
        assertThat(keyring.open("orders", sealed)).isEqualTo("hush");
        assertThat(keyring.seal("orders", "hush").text()).isNotEqualTo(sealed.text());
        assertThatThrownBy(() -> keyring.open("other", sealed)).isInstanceOf(IllegalArgumentException.class);
        byte[] bent = Arrays.copyOf(sealed.text(), sealed.text().length);
        bent[bent.length - 1] ^= 1;
        assertThatThrownBy(() -> keyring.open("orders", new Keyring.Sealed(sealed.keyId(), bent)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(home).isEmptyDirectory();
    }

    @Test
    void rotatesKeys() {
        Keyring.Sealed sealed = new Keyring(OLD, "", home).seal("orders", "hush");
        Keyring rotated = new Keyring(NEW, key(3) + "," + OLD, home);

        assertThat(rotated.open("orders", sealed)).isEqualTo("hush");
        assertThat(rotated.isOld(sealed.keyId())).isTrue();
        assertThat(rotated.isOld(rotated.seal("orders", "hush").keyId())).isFalse();
        Keyring without = new Keyring(NEW, "", home);
        assertThat(without.isOld(sealed.keyId())).isFalse();
        assertThatThrownBy(() -> without.open("orders", sealed)).hasMessageContaining("not on this server");
    }

    @Test
    void makesAKeyFileForItsOwnerAloneAndUsesItAgain() throws IOException {
        Path folder = home.resolve("new/folder");
        Keyring first = new Keyring("", "", folder);
        assertThat(folder).doesNotExist();
        Keyring.Sealed sealed = first.seal("orders", "hush");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("encryption.key"))))
                .isEqualTo("rw-------");
        assertThat(folder.toFile().list()).containsExactly("encryption.key");
        assertThat(new Keyring("", "", folder).open("orders", sealed)).isEqualTo("hush");
        Keyring moved = new Keyring(NEW, "", folder);
        assertThat(moved.open("orders", sealed)).isEqualTo("hush");
        assertThat(moved.isOld(sealed.keyId())).isTrue();
    }

    @Test
    void givesTwoServersOfOneFolderTheSameKey() {
        Keyring one = new Keyring("", "", home);
        Keyring two = new Keyring("", "", home);

        assertThat(two.open("orders", twice(one, two))).isEqualTo("hush");
    }

    @Test
    void refusesAKeyFileThatOthersMayRead() throws IOException {
        Path file = Files.writeString(home.resolve("encryption.key"), OLD);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

        assertThatThrownBy(() -> new Keyring("", "", home)).hasMessageContaining("chmod 600");
    }

    @Test
    void refusesABadKeyWithoutRepeatingIt() {
        assertThatThrownBy(() -> new Keyring("not a key", "", home)).hasMessageContaining("RUBICON_ENCRYPTION_KEY")
                .hasMessageNotContaining("not a key").hasNoCause();
    }

    private static Keyring.Sealed twice(Keyring one, Keyring two) {
        two.seal("orders", "made first");
        return one.seal("orders", "hush");
    }

    private static String key(int seed) {
        byte[] bytes = new byte[32];
        IntStream.range(0, 32).forEach(i -> bytes[i] = (byte) (seed * 31 + i));
        return Base64.getEncoder().encodeToString(bytes);
    }
}
