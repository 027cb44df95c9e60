package dev.rubicon.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WithoutConstantsTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            SELECT * FROM users WHERE name = 'Olga'            | SELECT * FROM users WHERE name = ?
            SELECT 'it''s', 12.5, t1.c2 FROM t1                | SELECT ?, ?, t1.c2 FROM t1
            ALTER ROLE shop PASSWORD 'secret                   | ALTER ROLE shop PASSWORD ?
            SELECT E'a\\'secret' + x                           | SELECT ? + x
            SELECT "o'clock", 'secret'                         | SELECT "o'clock", ?
            SELECT $$secret$$, $tag$ 'secret' $tag$            | SELECT ?, ?
            SELECT 1 -- the secret                             | SELECT ?
            SELECT /* the secret */ id FROM a$b                | SELECT  id FROM a$b
            SELECT U&'secret', x'1F', N'secret', date '2026-1' | SELECT ?, ?, ?, date ?
            DO $$BEGIN secret                                  | DO ?
            """)
    void keepsTheShapeOfAStatementAndNoConstant(String statement, String shape) {
        assertThat(WithoutConstants.of(statement)).isEqualTo(shape);
    }
}
