package dev.rubicon.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretReferencesTest {

    @TempDir
    Path home;

    private Path folder;
    private SecretReferences references;

    @BeforeEach
    void makeTheFolder() throws IOException {
        folder = Files.createDirectory(home.resolve("secrets"));
        Map<String, String> variables = Map.of("RUBICON_TARGET_ORDERS", "from-env", "HOME", "/root");
        references = new SecretReferences(folder, variables::get);
    }

    @Test
    void readsAVariableOfTargets() {
        assertThat(references.objection("env:RUBICON_TARGET_ORDERS")).isNull();
        assertThat(references.resolve("env:RUBICON_TARGET_ORDERS")).isEqualTo("from-env");
        assertThatThrownBy(() -> references.resolve("env:RUBICON_TARGET_NONE")).hasMessageContaining("not set");
    }

    @Test
    void readsAFileOfTheFolder() throws IOException {
        Path file = Files.writeString(folder.resolve("orders"), "from-file\n");

        assertThat(references.objection("file:" + file)).isNull();
        assertThat(references.resolve("file:" + file)).isEqualTo("from-file");
    }

    @Test
    void refusesOtherVariablesAndOtherForms() {
        for (String reference : new String[]{"env:HOME", "env:RUBICON_ENCRYPTION_KEY", "env:rubicon_target_x",
                "env:RUBICON_TARGET_X\nY", "file:secrets/x", "vault:x", "HOME", ""}) {
            assertThat(references.objection(reference)).as(reference).isNotNull();
            assertThatThrownBy(() -> references.resolve(reference)).as(reference)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void refusesPathsThatLeadOutOfTheFolder() throws IOException {
        Path outside = Files.writeString(home.resolve("outside"), "hush");
        Files.createDirectory(home.resolve("secrets-too"));
        Files.writeString(home.resolve("secrets-too/x"), "hush");
        Path link = Files.createSymbolicLink(folder.resolve("link"), outside);
        Path way = Files.createSymbolicLink(folder.resolve("way"), home);

        for (String path : new String[]{"/etc/passwd", outside.toString(), folder + "/../outside",
                home + "/secrets-too/x", folder + "/./link/../../outside"}) {
            assertThat(references.objection("file:" + path)).as(path).isNotNull();
            assertThatThrownBy(() -> references.resolve("file:" + path)).isInstanceOf(IllegalArgumentException.class);
        }
        for (Path path : new Path[]{link, way.resolve("outside"), folder, folder.resolve("none")}) {
            assertThatThrownBy(() -> references.resolve("file:" + path)).as(path.toString())
                    .isInstanceOf(IllegalArgumentException.class).message().doesNotContain("hush");
        }
    }

    @Test
    void takesNoFilesWithoutAFolder() {
        assertThat(new SecretReferences(null, name -> null).objection("file:/etc/passwd")).contains("secrets folder");
    }
}
