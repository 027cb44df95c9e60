package dev.rubicon.plan;

import dev.rubicon.registry.EngineKind;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Makes the document of a tree that keeps to the format. */
final class DocumentBuilder {

    private final SourceText source;
    private final Map<String, Integer> dualWriteLines = new HashMap<>();

    DocumentBuilder(SourceText source) {
        this.source = source;
    }

    PlanDocument document(Node root) {
        Node.Mapping plan = mapping(root);
        Map<String, String> labels = new LinkedHashMap<>();
        if (plan.get("labels") instanceof Node.Mapping written) {
            written.entries().forEach((name, entry) -> labels.put(name, text(entry.value())));
        }
        return new PlanDocument(text(plan.get("plan")), text(plan.get("title")),
                Objects.requireNonNullElse(optional(plan, "description"), ""),
                EngineKind.of(text(plan.get("engine"))), labels,
                each(plan.get("accept"), (item, i) -> accepted(mapping(item))),
                DualWrites.derived(each(plan.get("phases"), (item, i) -> phase(mapping(item), i)),
                        step -> dualWriteLines.getOrDefault(step.name(), step.line())));
    }

    private static PlanDocument.AcceptedRule accepted(Node.Mapping item) {
        return new PlanDocument.AcceptedRule(text(item.get("rule")), optional(item, "step"), text(item.get("because")));
    }

    private Phase phase(Node.Mapping phase, int index) {
        PhaseKind kind = PhaseKind.valueOf(text(phase.get("phase")).toUpperCase(Locale.ROOT));
        String pointer = "/phases/" + index + "/steps/";
        return new Phase(index, kind, Objects.requireNonNullElse(optional(phase, "title"), kind.title()),
                phase.get("after") instanceof Node.Mapping after ? after(after) : Phase.After.NOTHING,
                each(phase.get("needs"), (item, i) -> need(mapping(item))),
                each(phase.get("steps"), (item, i) -> step(mapping(item), pointer + i)));
    }

    private static Phase.Need need(Node.Mapping need) {
        return new Phase.Need(text(need.get("plan")), number(need.get("phase")).intValueExact());
    }

    private static Phase.After after(Node.Mapping after) {
        Node manual = after.get("manual");
        return new Phase.After(versions(after.get("deployment")), versions(after.get("absent")),
                duration(after, "soak"), backup(after.get("backup")),
                manual instanceof Node.Mapping one
                        ? List.of(manual(one))
                        : each(manual, (item, i) -> manual(mapping(item))));
    }

    private static Phase.@Nullable Versions versions(@Nullable Node node) {
        return node instanceof Node.Mapping gate
                ? new Phase.Versions(text(gate.get("application")), text(gate.get("version")),
                        optional(gate, "because"))
                : null;
    }

    private static Phase.@Nullable Backup backup(@Nullable Node node) {
        return node instanceof Node.Mapping backup
                ? new Phase.Backup(Durations.parse(text(backup.get("maxAge"))), duration(backup, "keepFor"))
                : null;
    }

    private static Phase.Manual manual(Node.Mapping go) {
        return new Phase.Manual(text(go.get("name")), optional(go, "by"), optional(go, "because"));
    }

    private Step step(Node.Mapping step, String pointer) {
        if (step.get("backfill") instanceof Node.Mapping backfill && backfill.get("dualWrite") instanceof Node dual) {
            dualWriteLines.put(text(step.get("step")), source.place(dual.start()).line());
        }
        boolean check = step.get("check") != null;
        List<Verification> own = verifications(step.get("check"));
        List<Verification> verify = verifications(step.get("verify"));
        return new Step(text(step.get("step")), pointer, source.place(step.start()).line(),
                check ? new Work.Check() : work(step), rollback(mapping(step.get("rollback"))),
                flag(step, "pointOfNoReturn"), verifications(step.get("before")),
                check ? java.util.stream.Stream.concat(own.stream(), verify.stream()).toList() : verify,
                duration(step, "deadline"), duration(step, "patience"), null);
    }

    private static Work work(Node.Mapping holder) {
        if (holder.get("sql") != null) {
            return sql(holder.get("sql"));
        }
        if (holder.get("backfill") instanceof Node.Mapping backfill) {
            return backfill(backfill);
        }
        if (holder.get("partitionedIndex") instanceof Node.Mapping index) {
            return new Work.PartitionedIndex(text(index.get("table")), text(index.get("name")),
                    each(index.get("columns"), (item, i) -> text(item)), flag(index, "unique"),
                    optional(index, "where"));
        }
        return new Work.DynamoDb(plainMap(mapping(holder.get("dynamodb"))));
    }

    private static Work.Sql sql(@Nullable Node node) {
        return new Work.Sql(node instanceof Node.Sequence ? each(node, (item, i) -> text(item)) : List.of(text(node)));
    }

    private static Work.Backfill backfill(Node.Mapping backfill) {
        Map<String, String> set = new LinkedHashMap<>();
        if (backfill.get("set") instanceof Node.Mapping columns) {
            columns.entries().forEach((column, entry) -> set.put(column, text(entry.value())));
        }
        String verify = optional(backfill, "verify");
        return DualWrites.completed(new Work.Backfill(text(backfill.get("table")), set, optional(backfill, "where"),
                optional(backfill, "from"), flag(backfill, "delete"), optional(backfill, "into"),
                optional(backfill, "onConflict"),
                verify == null
                        ? Work.BackfillVerify.FULL
                        : Work.BackfillVerify.valueOf(verify.toUpperCase(Locale.ROOT)),
                backfill.get("dualWrite") instanceof Node.Mapping dual
                        ? new Work.DualWrite(text(dual.get("from")), text(dual.get("to")))
                        : null,
                backfill.get("lanes") == null ? 1 : number(backfill.get("lanes")).intValueExact(),
                duration(backfill, "record")));
    }

    private static Rollback rollback(Node.Mapping rollback) {
        String loss = text(rollback.get("dataLoss"));
        return new Rollback(way(rollback), DataLoss.valueOf(loss.toUpperCase(Locale.ROOT).replace('-', '_')),
                optional(rollback, "window"), optional(rollback, "lossQuery"));
    }

    private static Rollback.Way way(Node.Mapping rollback) {
        if (rollback.get("sql") != null) {
            return new Rollback.Reverse(sql(rollback.get("sql")));
        }
        if (rollback.get("forward") instanceof Node.Mapping forward) {
            return new Rollback.Forward(work(forward));
        }
        String nothing = optional(rollback, "nothing");
        return nothing != null
                ? new Rollback.Nothing(nothing)
                : new Rollback.Impossible(text(rollback.get("impossible")));
    }

    private static List<Verification> verifications(@Nullable Node node) {
        return each(node, (item, i) -> verification(mapping(item)));
    }

    private static Verification verification(Node.Mapping item) {
        String name = text(item.get("name"));
        if (item.get("same") instanceof Node.Mapping same) {
            return new Verification.Same(name, text(same.get("sql")), text(same.get("as")));
        }
        return item.get("rowCount") != null
                ? new Verification.RowCountUnchanged(name)
                : new Verification.Query(name, text(item.get("sql")), expected(item.get("expect")));
    }

    private static Verification.Expected expected(@Nullable Node node) {
        if (node instanceof Node.Mapping bounds) {
            return new Verification.Between(bound(bounds.get("min")), bound(bounds.get("max")));
        }
        Object value = node instanceof Node.Scalar scalar ? scalar.value() : null;
        return new Verification.Value(value instanceof BigDecimal number
                ? plain(number)
                : value == null ? null : value.toString());
    }

    private static @Nullable BigDecimal bound(@Nullable Node node) {
        return node == null ? null : number(node);
    }

    /** One text for all ways to write a number: documents with one digest must mean the same. */
    private static String plain(BigDecimal number) {
        return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
    }

    private static Map<String, Object> plainMap(Node.Mapping mapping) {
        Map<String, Object> plain = new LinkedHashMap<>();
        mapping.entries().forEach((key, entry) -> plain.put(key, plainValue(entry.value())));
        return plain;
    }

    @SuppressWarnings("NullAway") // a null in the document is a null in the request
    private static Object plainValue(Node node) {
        return switch (node) {
            case Node.Mapping mapping -> plainMap(mapping);
            case Node.Sequence sequence -> sequence.items().stream().map(DocumentBuilder::plainValue).toList();
            case Node.Scalar scalar -> scalar.value();
        };
    }

    private static <T> List<T> each(@Nullable Node node, BiFunction<Node, Integer, T> make) {
        List<Node> items = node instanceof Node.Sequence sequence ? sequence.items() : List.of();
        return IntStream.range(0, items.size()).mapToObj(i -> make.apply(items.get(i), i)).toList();
    }

    private static Node.Mapping mapping(@Nullable Node node) {
        if (node instanceof Node.Mapping mapping) {
            return mapping;
        }
        throw broken();
    }

    private static String text(@Nullable Node node) {
        if (node instanceof Node.Scalar scalar && scalar.value() instanceof String text) {
            return text;
        }
        throw broken();
    }

    private static @Nullable String optional(Node.Mapping mapping, String key) {
        Node node = mapping.get(key);
        return node == null ? null : text(node);
    }

    private static BigDecimal number(@Nullable Node node) {
        if (node instanceof Node.Scalar scalar && scalar.value() instanceof BigDecimal number) {
            return number;
        }
        throw broken();
    }

    private static boolean flag(Node.Mapping mapping, String key) {
        return mapping.get(key) instanceof Node.Scalar scalar && Boolean.TRUE.equals(scalar.value());
    }

    private static @Nullable Duration duration(Node.Mapping mapping, String key) {
        String text = optional(mapping, key);
        return text == null ? null : Durations.parse(text);
    }

    private static IllegalStateException broken() {
        return new IllegalStateException("the schema let pass what the format does not allow");
    }
}
