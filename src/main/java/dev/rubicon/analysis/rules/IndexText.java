package dev.rubicon.analysis.rules;

import dev.rubicon.engine.facts.Action.CreateIndex;
import dev.rubicon.engine.facts.QualifiedName;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A CREATE INDEX as its author wrote it, to be written another way. */
final class IndexText {

    private static final String NAME = "(?:\"(?:[^\"]|\"\")+\"|[\\w$]+)";
    private static final Pattern PARTS = Pattern.compile("^CREATE\\s+(UNIQUE\\s+)?INDEX\\s+(?:CONCURRENTLY\\s+)?"
            + "(?:IF\\s+NOT\\s+EXISTS\\s+)?(?:(?!ON\\b)" + NAME + "\\s+)?ON\\s+(?:ONLY\\s+)?" + NAME + "(?:\\s*\\.\\s*"
            + NAME + ")?(.*)$", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private final CreateIndex index;
    private final String tail;

    IndexText(CreateIndex index, String sql) {
        this.index = index;
        Matcher parts = PARTS.matcher(sql.strip());
        this.tail = parts.matches() ? " " + parts.group(2).strip() : written(index);
    }

    private static String written(CreateIndex index) {
        return (index.method().isEmpty() ? "" : " USING " + index.method()) + " " + SafeForms.columns(index.columns())
                + (index.include().isEmpty() ? "" : " INCLUDE " + SafeForms.columns(index.include()))
                + (index.nullsNotDistinct() ? " NULLS NOT DISTINCT" : "")
                + (index.where() == null ? "" : " WHERE " + index.where().sql());
    }

    /** The index's name, or one like the server's. */
    QualifiedName name() {
        QualifiedName name = index.name();
        return name != null
                ? index.table().sibling(name.name())
                : index.table().sibling(Sql.name(
                        index.table().name(), String.join("_", index.columns().stream()
                                .map(each -> SafeForms.expression(each) ? "expr" : each).toList()),
                        "idx"));
    }

    QualifiedName table() {
        return index.table();
    }

    /** Built while others write. */
    String concurrently() {
        return concurrently(name().name());
    }

    /** The same under another name, not yet quoted. */
    String concurrently(String name) {
        return "CREATE " + unique() + "INDEX CONCURRENTLY " + QualifiedName.of(name).sql() + " ON "
                + index.table().sql() + tail + ";";
    }

    /** Built partition by partition: in a plan by the step kind for it, where that can say all of the index. */
    String partitioned(Judged judged) {
        return judged.passage().inPlan() && plain()
                ? "partitionedIndex: { table: %s, name: %s, columns: [%s]%s }".formatted(index.table().sql(),
                        QualifiedName.of(name().name()).sql(), String.join(", ", index.columns()),
                        index.unique() ? ", unique: true" : "")
                : new PartitionedBuild(judged, unique(), tail).all(index.table(), name());
    }

    /** Whether it is no more than a list of columns. */
    private boolean plain() {
        return tail.replaceFirst("(?i)^\\s*USING\\s+btree\\b", "").strip()
                .equals(SafeForms.columns(index.columns()));
    }

    private String unique() {
        return index.unique() ? "UNIQUE " : "";
    }
}
