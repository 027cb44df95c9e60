package dev.rubicon.analysis.foreign;

import dev.rubicon.analysis.ScriptFile;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The SQL of a file that goes one way.
 *
 * @param name the file's path, as it is to be shown
 * @param sql as long as the file, line by line; what goes the other way or is no SQL is blank
 * @param rollback whether it undoes
 * @param inTransaction whether the tool runs it in a transaction; null where the file does not tell
 */
public record ForeignScript(String name, String sql, boolean rollback, @Nullable Boolean inTransaction) {

    /**
     * Reads one file: as one script, or as two where it holds both ways.
     *
     * @param name the file's path with {@code /} between folders: names tell of versions and ways
     * @param text its contents
     */
    public static List<ForeignScript> read(String name, String text) {
        Sections sections = Sections.of(text);
        boolean undoes = FileName.undoes(name);
        Boolean inTransaction = sections.inTransaction();
        List<ForeignScript> scripts = new ArrayList<>();
        if (sections.forward() != null) {
            scripts.add(new ForeignScript(name, Blanking.of(sections.forward()), undoes, inTransaction));
        }
        if (sections.rollback() != null) {
            scripts.add(new ForeignScript(name, Blanking.of(sections.rollback()), true, inTransaction));
        }
        return scripts;
    }

    /**
     * The script as it is judged.
     *
     * @param otherwise whether it runs in a transaction where the file does not tell
     */
    public ScriptFile file(boolean otherwise) {
        return new ScriptFile(name, sql, rollback ? "rollback" : "forward",
                inTransaction == null ? otherwise : inTransaction);
    }
}
