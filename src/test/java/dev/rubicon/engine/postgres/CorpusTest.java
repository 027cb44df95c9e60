package dev.rubicon.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** Statements of all kinds, right and wrong, by us and by a server. */
class CorpusTest {

    private static final Path FOLDER = Path.of("src/test/resources/corpus");

    @Test
    void judgesEveryStatementAsTheServerDoes() throws IOException {
        CorpusComparison comparison = new CorpusComparison().of(FOLDER);

        assertThat(comparison.differences()).isEmpty();
        assertThat(comparison.statements()).isGreaterThan(150);
        assertThat(comparison.refused()).isGreaterThan(25);
    }

    @Test
    void readsTreesAsAMapperDoes() throws IOException {
        Grammar grammar = new Grammar();
        for (String text : texts()) {
            byte[] json = grammar.ask(pg -> pg.parse(text));

            assertThat(Trees.read(json)).isEqualTo(JsonMapper.shared().readTree(json));
        }
    }

    private static List<String> texts() throws IOException {
        List<String> texts = new ArrayList<>();
        try (Stream<Path> files = Files.list(FOLDER)) {
            for (Path file : files.filter(path -> !path.endsWith("wrong.sql")).toList()) {
                texts.add(Files.readString(file));
            }
        }
        return texts;
    }
}
