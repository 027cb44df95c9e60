package dev.rubicon.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** What a step does, as text for people: the author's statements, or the statement that a declaration stands for. */
public final class WorkText {

    private WorkText() {}

    /** SQL wherever the work is SQL; never empty. */
    public static String of(Work work) {
        return switch (work) {
            case Work.Sql sql -> sql.text();
            case Work.Backfill backfill -> backfill(backfill);
            case Work.Check check -> "-- changes nothing: checks alone";
            case Work.PartitionedIndex index -> "CREATE " + (index.unique() ? "UNIQUE " : "") + "INDEX " + index.name()
                    + " ON " + index.table() + " (" + String.join(", ", index.columns()) + ")"
                    + clause(" WHERE ", index.where()) + ";";
            case Work.DynamoDb change -> JsonMapper.shared().writerWithDefaultPrettyPrinter()
                    .writeValueAsString(change.request());
        };
    }

    /** How it is done, where the statement alone does not say so. */
    public static @Nullable String manner(Work work) {
        return switch (work) {
            case Work.Backfill backfill -> "in batches, each its own transaction";
            case Work.PartitionedIndex index -> "concurrently, partition by partition";
            case Work.Sql sql -> null;
            case Work.Check check -> null;
            case Work.DynamoDb change -> null;
        };
    }

    private static String backfill(Work.Backfill backfill) {
        List<String> lines = new ArrayList<>();
        if (backfill.into() != null) {
            lines.add("INSERT INTO " + backfill.into());
            lines.add("SELECT * FROM " + backfill.table() + clause(", ", backfill.from()));
        } else if (backfill.delete()) {
            lines.add("DELETE FROM " + backfill.table());
            addClause(lines, " USING ", backfill.from());
        } else {
            lines.add("UPDATE " + backfill.table());
            lines.add("   SET " + backfill.set().entrySet().stream()
                    .map(column -> column.getKey() + " = " + column.getValue())
                    .collect(Collectors.joining(",\n       ")));
            addClause(lines, "  FROM ", backfill.from());
        }
        addClause(lines, " WHERE ", backfill.where());
        addClause(lines, "    ON CONFLICT ", backfill.onConflict());
        return String.join("\n", lines) + ";";
    }

    private static void addClause(List<String> lines, String keyword, @Nullable String text) {
        if (text != null) {
            lines.add(keyword + text);
        }
    }

    private static String clause(String keyword, @Nullable String text) {
        return text == null ? "" : keyword + text;
    }
}
