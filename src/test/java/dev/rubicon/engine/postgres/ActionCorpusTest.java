package dev.rubicon.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.engine.Script;
import dev.rubicon.engine.Script.Statement;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Column;
import dev.rubicon.engine.facts.Expression;
import dev.rubicon.engine.facts.TypeName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Over every SQL file among the tests: what is cut out of a statement means the same when it stands alone. */
class ActionCorpusTest {

    private static final Scripts SCRIPTS = new Scripts(new Grammar());

    static Stream<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of(System.getProperty("rubicon.corpus", "src/test/resources")))) {
            return files.filter(path -> path.toString().endsWith(".sql")).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void cutsThePiecesOfEveryStatementWhereTheyEnd(Path file) throws IOException {
        Script script = SCRIPTS.read(PsqlFile.sql(new String(Files.readAllBytes(file), StandardCharsets.UTF_8)));

        for (Statement statement : script.statements()) {
            assertThat(statement.actions()).as(statement.sql()).isNotEmpty();
            List<Object> pieces = new ArrayList<>();
            collect(statement.actions(), pieces);
            pieces.forEach(piece -> assertSameAlone(piece, statement.sql()));
        }
    }

    /** Everything that records hold, at whatever depth. */
    private static void collect(Object value, List<Object> pieces) {
        if (value instanceof Iterable<?> several) {
            several.forEach(each -> collect(each, pieces));
        } else if (value instanceof Record) {
            pieces.add(value);
            for (var component : value.getClass().getRecordComponents()) {
                try {
                    collect(component.getAccessor().invoke(value), pieces);
                } catch (ReflectiveOperationException e) {
                    throw new AssertionError(e);
                }
            }
        }
    }

    private static void assertSameAlone(Object piece, String statement) {
        switch (piece) {
            case Expression expression -> assertThat(alone(expression)).as(statement)
                    .usingRecursiveComparison().ignoringFields("sql", "columns").isEqualTo(expression);
            case Column column when column.type() != null -> assertThat(column(column.sql())).as(statement)
                    .usingRecursiveComparison().ignoringFields("notNull").isEqualTo(column);
            case TypeName type -> assertThat(column("c " + type.sql()).type()).as(statement).isEqualTo(type);
            default -> {}
        }
    }

    /** DEFAULT and CURRENT OF are no expressions elsewhere. */
    private static Expression alone(Expression expression) {
        String sql = expression.sql();
        if (sql.equalsIgnoreCase("default") || sql.startsWith("CURRENT OF")) {
            return expression;
        }
        List<Action> actions = SCRIPTS.read("ALTER TABLE t ALTER c SET DEFAULT (" + sql + "\n)").statements().getFirst()
                .actions();
        assertThat(actions).hasSize(1);
        return Objects.requireNonNull(((Action.SetDefault) actions.getFirst()).value());
    }

    private static Column column(String sql) {
        List<Action> actions = SCRIPTS.read("ALTER TABLE t ADD " + sql).statements().getFirst().actions();
        assertThat(actions).hasSize(1);
        return ((Action.AddColumn) actions.getFirst()).column();
    }
}
