package dev.rubicon.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.RubiconApplication;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The whole server, as a first run has it: nothing configured. */
class EmbeddedStartTest {

    @Test
    void startsWithoutAnyDatabaseAndLeavesNoneBehind(@TempDir Path home) throws Exception {
        ProcessHandle postgres;
        try (var server = new SpringApplicationBuilder(RubiconApplication.class).run("--rubicon.home=" + home,
                "--server.port=0", "--rubicon.demo=false", "--spring.main.banner-mode=off")) {
            JdbcClient database = server.getBean(JdbcClient.class);
            assertThat(database.sql("SELECT count(*) > 0 FROM flyway_schema_history").query(Boolean.class).single())
                    .isTrue();
            postgres = Leftover.postmaster(home.resolve("postgres-18")).orElseThrow();
        }
        assertThat(postgres.isAlive()).isFalse();
    }
}
