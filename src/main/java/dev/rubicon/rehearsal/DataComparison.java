package dev.rubicon.rehearsal;

import dev.rubicon.engine.TableSum;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What the rows of two moments do not have alike, in sentences. */
final class DataComparison {

    private DataComparison() {}

    static List<String> between(List<TableSum> before, List<TableSum> after) {
        Map<String, TableSum> later = after.stream().collect(Collectors.toMap(TableSum::table, Function.identity()));
        List<String> differences = new ArrayList<>();
        for (TableSum table : before) {
            TableSum now = later.get(table.table());
            if (now == null) {
                differences.add("%s is gone, with %s".formatted(table.table(), rows(table.rows())));
            } else if (now.rows() != table.rows()) {
                long more = now.rows() - table.rows();
                differences.add("%s has %s %s than it had".formatted(table.table(), rows(Math.abs(more)),
                        more > 0 ? "more" : "less"));
            } else {
                differences.addAll(columns(table, now));
            }
        }
        return differences;
    }

    private static List<String> columns(TableSum before, TableSum now) {
        List<String> differences = before.columns().entrySet().stream()
                .filter(each -> !Objects.equals(now.columns().get(each.getKey()), each.getValue()) && before.rows() > 0)
                .map(each -> now.columns().containsKey(each.getKey())
                        ? "%s: the values of %s are not what they were".formatted(before.table(), each.getKey())
                        : "%s: %s is gone, with its values".formatted(before.table(), each.getKey()))
                .toList();
        boolean sameColumns = before.columns().keySet().equals(now.columns().keySet());
        return differences.isEmpty() && sameColumns && !before.whole().equals(now.whole())
                ? List.of("%s: every column has the values that it had, but not in the same rows"
                        .formatted(before.table()))
                : differences;
    }

    private static String rows(long number) {
        return number == 1 ? "1 row" : number + " rows";
    }
}
