package dev.rubicon.engine.postgres;

import dev.rubicon.engine.Script;
import dev.rubicon.engine.Script.SyntaxError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Cuts scripts into statements by the grammar, and classifies each. */
@Component
class Scripts {

    /** Token types of comments, as libpg_query numbers them. */
    private static final int SQL_COMMENT = 275;
    private static final int C_COMMENT = 276;

    private static final JsonMapper TREES = JsonMapper.builder(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(100_000)
                    .maxStringLength(Integer.MAX_VALUE).build())
            .build()).build();

    private final Grammar grammar;

    Scripts(Grammar grammar) {
        this.grammar = grammar;
    }

    /** One statement with its raw tree. */
    record Parsed(String sql, int offset, String node, JsonNode tree) {}

    private record Token(int start, int end) {}

    /** Never throws for what the text is. */
    Script read(String sql) {
        int nul = sql.indexOf('\0');
        if (nul >= 0) {
            return refused("the text has a NUL character, which no statement may hold", sql, nul);
        }
        try {
            return new Script(grammar.ask(pg -> parsed(pg, sql).stream().map(StatementFacts::of).toList()), null);
        } catch (PgQuery.SyntaxException e) {
            int offset = sql.offsetByCodePoints(0,
                    Math.clamp(e.cursor() - 1, 0, sql.codePointCount(0, sql.length())));
            return refused(String.valueOf(e.getMessage()), sql, offset);
        } catch (Grammar.Overtaxed e) {
            return refused(String.valueOf(e.getMessage()), sql, 0);
        }
    }

    /**
     * The statements with their trees.
     *
     * @throws PgQuery.SyntaxException when the text is not SQL
     * @throws Grammar.Overtaxed when the text is beyond the grammar
     */
    List<Parsed> trees(String sql) {
        if (sql.indexOf('\0') >= 0) {
            throw new PgQuery.SyntaxException("the text has a NUL character", 0);
        }
        return grammar.ask(pg -> parsed(pg, sql));
    }

    private static Script refused(String message, String sql, int offset) {
        String before = sql.substring(0, offset);
        int line = 1 + (int) before.chars().filter(c -> c == '\n').count();
        int column = 1 + before.codePointCount(before.lastIndexOf('\n') + 1, before.length());
        return new Script(List.of(), new SyntaxError(message, offset, line, column));
    }

    private static List<Parsed> parsed(PgQuery pg, String sql) {
        JsonNode statements = TREES.readTree(pg.parse(sql)).path("stmts");
        Offsets offsets = new Offsets(sql);
        List<Token> tokens = tokens(pg, sql);
        List<Parsed> parsed = new ArrayList<>();
        int token = 0;
        for (JsonNode statement : statements) {
            int from = statement.path("stmt_location").asInt(0);
            int length = statement.path("stmt_len").asInt(0);
            int to = length == 0 ? offsets.bytes() : from + length;
            while (tokens.get(token).start < from) {
                token++;
            }
            int first = token;
            while (token < tokens.size() && tokens.get(token).end <= to) {
                token++;
            }
            int start = offsets.unit(tokens.get(first).start);
            // a last statement without semicolon reaches to the end of the text
            int end = offsets.unit(tokens.get(Math.max(first, token - 1)).end);
            Map.Entry<String, JsonNode> node = statement.path("stmt").properties().iterator().next();
            parsed.add(new Parsed(sql.substring(start, end), start, node.getKey(), node.getValue()));
        }
        return parsed;
    }

    /** All but comments. */
    private static List<Token> tokens(PgQuery pg, String sql) {
        List<Token> tokens = new ArrayList<>();
        for (JsonNode token : TREES.readTree(pg.scan(sql)).path("tokens")) {
            int type = token.path("tokenType").asInt();
            if (type != SQL_COMMENT && type != C_COMMENT) {
                tokens.add(new Token(token.path("start").asInt(0), token.path("end").asInt()));
            }
        }
        return tokens;
    }
}
