package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Action.CreateTable;
import dev.rubicon.engine.facts.Column;
import dev.rubicon.engine.facts.Constraint;
import dev.rubicon.engine.facts.TypeName;
import dev.rubicon.plan.Severity;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Columns in an order that leaves gaps in every row. */
final class PgColumnAlignmentRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("pg-column-alignment",
            "Columns in an order that leaves gaps in every row", Severity.INFO, RulePage.Group.STYLE,
            "PostgreSQL stores columns in their order and aligns each: a bigint behind a boolean leaves seven bytes empty, "
                    + "in every row. Wide fixed columns first, narrow ones next, texts last leaves no gap. The order cannot "
                    + "be changed later.",
            """
            CREATE TABLE users (active boolean NOT NULL, id bigint NOT NULL, vip boolean NOT NULL, made timestamptz NOT NULL);
            """, """
            CREATE TABLE users (id bigint NOT NULL, made timestamptz NOT NULL, active boolean NOT NULL, vip boolean NOT NULL);
            """);
    private static final int ROW = 8;

    /** Bytes that a column takes and a multiple of which it begins at; a text has neither fixed and counts as none. */
    private record Size(int bytes, int alignment) {

        static final Size TEXT = new Size(0, 1);

        int rank() {
            return bytes == 0 ? 0 : alignment;
        }
    }

    private static final Map<String, Size> SIZES = sizes();

    private static Map<String, Size> sizes() {
        Stream<String> eight = Stream.of("int8", "serial8", "float8", "timestamp", "timestamptz", "time", "money");
        Stream<String> four = Stream.of("int4", "serial4", "float4", "date", "oid");
        Map<String, Size> sizes = Stream.concat(eight.map(name -> Map.entry(name, new Size(8, 8))),
                four.map(name -> Map.entry(name, new Size(4, 4))))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        sizes.putAll(Map.of("int2", new Size(2, 2), "serial2", new Size(2, 2), "bool", new Size(1, 1), "uuid",
                new Size(16, 1), "interval", new Size(16, 8), "timetz", new Size(12, 8)));
        return sizes;
    }

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public Set<Class<? extends Action>> about() {
        return Set.of(CreateTable.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        judged.actions(CreateTable.class).forEach(table -> {
            List<Column> better = table.columns().stream()
                    .sorted(Comparator.comparingInt((Column each) -> -size(each.type()).rank())).toList();
            int gap = length(table.columns()) - length(better);
            if (gap >= ROW) {
                findings.add(PAGE, judged, "Each row of " + table.table() + " is " + gap
                        + " bytes longer than with its columns in the order "
                        + Sentences.list(better.stream().map(Column::name).toList()), safeForm(table, better));
            }
        });
    }

    private static Size size(@Nullable TypeName type) {
        return type == null || type.array() || type.schema() != null
                ? Size.TEXT
                : SIZES.getOrDefault(type.name(), Size.TEXT);
    }

    /** Bytes of a row without its texts, as the server rounds them up. */
    private static int length(List<Column> columns) {
        int at = 0;
        for (Column column : columns) {
            Size size = size(column.type());
            at = up(at, size.alignment()) + size.bytes();
        }
        return up(at, ROW);
    }

    private static int up(int at, int multiple) {
        return (at + multiple - 1) / multiple * multiple;
    }

    private static @Nullable String safeForm(CreateTable table, List<Column> columns) {
        boolean plain = table.like().isEmpty() && table.inherits().isEmpty() && !table.partitioned();
        return plain
                ? Stream.concat(columns.stream().map(Column::sql), table.constraints().stream().map(Constraint::sql))
                        .collect(Collectors.joining(",\n  ", "CREATE TABLE " + table.table().sql() + " (\n  ", "\n);"))
                : null;
    }
}
