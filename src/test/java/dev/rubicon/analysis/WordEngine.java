package dev.rubicon.analysis;

import dev.rubicon.engine.Engine;
import dev.rubicon.engine.Script;
import dev.rubicon.engine.TargetReader;
import dev.rubicon.engine.TargetSession;
import dev.rubicon.registry.EngineKind;
import dev.rubicon.registry.TargetAccess;
import dev.rubicon.registry.TargetCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A grammar of first words: enough to tell DDL from DML, and a word that no statement begins with from one that does. */
public final class WordEngine implements Engine {

    private static final Set<String> DDL = Set.of("ALTER", "CREATE", "DROP", "TRUNCATE", "REINDEX");
    private static final Set<String> DML = Set.of("INSERT", "UPDATE", "DELETE");
    private static final Set<String> CONTROL = Set.of("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT");
    private static final Set<String> OTHER = Set.of("SELECT", "SET", "ANALYZE", "VACUUM");

    @Override
    public EngineKind kind() {
        return EngineKind.POSTGRESQL;
    }

    @Override
    public Script parse(String sql) {
        List<Script.Statement> statements = new ArrayList<>();
        int begin = 0;
        for (int i = 0; i <= sql.length(); i++) {
            if (i == sql.length() || sql.charAt(i) == ';') {
                Script.SyntaxError error = add(statements, sql, begin, i);
                if (error != null) {
                    return new Script(List.of(), error);
                }
                begin = i + 1;
            }
        }
        return new Script(statements, null);
    }

    private static Script.@Nullable SyntaxError add(List<Script.Statement> to, String sql, int begin, int end) {
        int start = begin;
        while (start < end && (Character.isWhitespace(sql.charAt(start)) || sql.startsWith("--", start))) {
            start = sql.startsWith("--", start) ? Math.min(lineEnd(sql, start), end) : start + 1;
        }
        String text = sql.substring(start, end).strip();
        String first = text.split("\\W", 2)[0].toUpperCase(Locale.ROOT);
        if (text.isEmpty()) {
            return null;
        }
        if (!DDL.contains(first) && !DML.contains(first) && !CONTROL.contains(first) && !OTHER.contains(first)) {
            return new Script.SyntaxError("syntax error at or near \"" + first + "\"", start, 1, 1);
        }
        boolean concurrent = text.toUpperCase(Locale.ROOT).contains("CONCURRENTLY");
        to.add(new Script.Statement(text, start, first, DDL.contains(first)
                ? Script.StatementKind.DDL
                : DML.contains(first) ? Script.StatementKind.DML : Script.StatementKind.OTHER,
                !concurrent && !first.equals("VACUUM"), CONTROL.contains(first),
                concurrent ? index(first, text) : null));
        return null;
    }

    private static Script.ConcurrentIndex index(String first, String text) {
        return new Script.ConcurrentIndex(Script.ConcurrentIndex.Action.valueOf(first), null, "some_index", null,
                text.contains("EXISTS"));
    }

    private static int lineEnd(String sql, int from) {
        int end = sql.indexOf('\n', from);
        return end < 0 ? sql.length() : end;
    }

    @Override
    public TargetCheck check(TargetAccess access) {
        throw new UnsupportedOperationException();
    }

    @Override
    public TargetReader read(TargetAccess access) {
        throw new UnsupportedOperationException();
    }

    @Override
    public TargetSession open(TargetAccess access, Claim claim) {
        throw new UnsupportedOperationException();
    }
}
