package dev.rubicon.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.testing.Requirement;
import dev.rubicon.testing.Server;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's commands for the demo, as somebody pastes them into a shell. */
class ReadmeCommandsIT {

    @TempDir
    private Path folder;

    @Test
    void approveTheDemosPlan() throws IOException, InterruptedException {
        Requirement.CURL.demand("ReadmeCommandsIT");
        try (Server server = Server.start(folder, Map.of(), Map.of())) {
            server.awaitDemo();
            String commands = block("## The same with curl").replace("localhost:8080", "localhost:" + server.port())
                    // nobody presses Ctrl-C here
                    .replace("curl -sN", "curl -m 10 -sN");
            Process shell = new ProcessBuilder("bash", "-u", "-c", commands).redirectErrorStream(true).start();
            String answers = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(shell.waitFor()).as(answers).isZero();
            assertThat(answers).doesNotContain("/problems/").contains("waitsForMe", "id:1");
            assertThat(server.api().as("author").get("/rollouts/1").expect(200).body().at("/phases/0").toString())
                    .contains("read it");
        }
    }

    /** The first block of commands behind a heading. */
    private static String block(String heading) throws IOException {
        String behind = Files.readString(Path.of("README.md")).split(heading + "\n", 2)[1];
        return behind.split("```bash\n", 2)[1].split("```", 2)[0];
    }
}
