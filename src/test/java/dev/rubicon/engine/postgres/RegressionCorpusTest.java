package dev.rubicon.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.testing.Requirement;
import dev.rubicon.testing.Requires;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Any folder of SQL files, PostgreSQL's own regression suite above all, judged by us and by a server. */
@Requires(Requirement.SQL_CORPUS)
class RegressionCorpusTest {

    @Test
    void judgesEveryStatementAsTheServerDoes() throws IOException {
        CorpusComparison comparison = new CorpusComparison().of(Requirement.sqlCorpus());

        System.out.printf("%d statements, %d of them refused by the grammar, %d differences%n", comparison.statements(),
                comparison.refused(), comparison.differences().size());
        assertThat(comparison.statements()).isPositive();
        assertThat(comparison.differences()).isEmpty();
    }
}
