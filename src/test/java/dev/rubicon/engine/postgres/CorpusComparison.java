package dev.rubicon.engine.postgres;

import dev.rubicon.engine.Script;
import dev.rubicon.engine.Script.SyntaxError;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Judges a folder of SQL files by us and by a server, and remembers where the two differ. */
final class CorpusComparison {

    private final Scripts scripts = new Scripts(new Grammar());
    private final List<String> differences = new ArrayList<>();
    private int statements;
    private int refused;

    CorpusComparison of(Path folder) throws IOException {
        try (ParseServer server = new ParseServer(); Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".sql")).sorted().toList()) {
                compare(file.getFileName().toString(), PsqlFile.sql(text(file)), server);
            }
        }
        return this;
    }

    List<String> differences() {
        return differences;
    }

    int statements() {
        return statements;
    }

    int refused() {
        return refused;
    }

    private void compare(String name, String text, ParseServer server) throws IOException {
        Script whole = scripts.read(text);
        int read = 0;
        int faults = 0;
        for (int from = 0; from < text.length();) {
            Pieces.Piece piece = Pieces.next(text, from);
            from = piece.end();
            if (piece.empty()) {
                continue;
            }
            String sql = text.substring(piece.start(), piece.end());
            Script alone = scripts.read(sql);
            read += alone.statements().size();
            faults += alone.errors().size();
            compare(name, sql, syntaxError(alone), server.parse(sql));
        }
        if (whole.statements().size() != read || whole.errors().size() != faults) {
            differences.add("%s: %d statements and %d errors as a whole, %d and %d piece by piece".formatted(name,
                    whole.statements().size(), whole.errors().size(), read, faults));
        }
        whole.statements().stream().filter(one -> !text.startsWith(one.sql(), one.offset()))
                .forEach(one -> differences.add(name + ": is not at " + one.offset() + ": " + one.sql()));
    }

    /** An error in the body of a function is none for the raw parser. */
    private static @Nullable SyntaxError syntaxError(Script alone) {
        SyntaxError error = alone.error();
        boolean inBody = error != null && alone.statements().stream().anyMatch(one -> one.offset() <= error.offset());
        return inBody ? null : error;
    }

    private void compare(String name, String sql, @Nullable SyntaxError ours, ParseServer.@Nullable Refusal theirs) {
        statements++;
        refused += ours == null ? 0 : 1;
        boolean byTheGrammar = theirs != null && theirs.byTheGrammar();
        boolean same = ours == null
                ? !byTheGrammar
                : theirs != null && theirs.message().equals(ours.message())
                        && sql.codePointCount(0, ours.offset()) == Math.max(0, theirs.position() - 1);
        if (!same) {
            differences.add("%s: we say %s, the server %s, of: %s".formatted(name, ours, theirs, sql.strip()));
        }
    }

    /** Some files of the suite are in other encodings on purpose. */
    private static String text(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        String utf8 = new String(bytes, StandardCharsets.UTF_8);
        Charset charset = utf8.contains("\uFFFD") ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8;
        return new String(bytes, charset).replace("\0", "");
    }
}
