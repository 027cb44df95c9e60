package dev.rubicon.engine.postgres.schema;

import dev.rubicon.engine.facts.Identifiers;
import dev.rubicon.engine.postgres.schema.CreationOrder.Step;
import dev.rubicon.engine.postgres.schema.Part.Address;
import dev.rubicon.engine.schema.SchemaObject;
import dev.rubicon.engine.schema.SchemaObject.Kind;
import dev.rubicon.engine.schema.SchemaSnapshot;
import dev.rubicon.engine.schema.SchemaStatement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes the text of each object, and the script. In the text the statement that makes the object comes first and all others
 * by the alphabet, for their order tells of the past alone; the script keeps the order in which the server has them, so that
 * what it rebuilds is kept in the same order.
 */
final class SnapshotText {

    private static final String CREATE = "CREATE ";

    private final List<Part> parts;
    private final Map<Address, Part> named;
    private final Map<Address, Part> members;
    private final List<Remark> remarks;
    private final List<Grant> grants;
    private final List<Dependency> dependencies;

    private record Stated(Stage stage, boolean first, SchemaStatement statement) {}

    private record Key(Kind kind, String name) implements Comparable<Key> {

        static Key of(SchemaStatement statement) {
            return new Key(statement.kind(), statement.object());
        }

        @Override
        public int compareTo(Key other) {
            return Comparator.comparing(Key::kind).thenComparing(Key::name).compare(this, other);
        }
    }

    /** Owners change when all is there, for a role may not add to what is another's; event triggers would fire before. */
    private enum Stage {
        CREATION, COMMENT, OWNER, GRANT, LAST
    }

    SnapshotText(List<Part> parts, List<Remark> remarks, List<Grant> grants, List<Dependency> dependencies) {
        this.parts = parts;
        this.named = byObject(parts, "");
        this.members = byObject(parts, Members.PART);
        this.remarks = remarks;
        this.grants = grants;
        this.dependencies = dependencies;
    }

    private static Map<Address, Part> byObject(List<Part> parts, String part) {
        return parts.stream().filter(each -> each.address().part().equals(part))
                .collect(Collectors.toMap(each -> each.address().object(), Function.identity()));
    }

    SchemaSnapshot snapshot(int version) {
        List<Stated> around = new ArrayList<>();
        remarks.forEach(remark -> add(around, named.get(remark.address()), Stage.COMMENT, remark::statement, Set.of()));
        parts.forEach(part -> owner(around, part));
        grants.forEach(grant -> add(around, named.getOrDefault(grant.address(), members.get(grant.address())),
                Stage.GRANT, grant::statement, grant.roles()));
        List<Stated> all = new ArrayList<>(made());
        all.addAll(around);
        return new SchemaSnapshot(version, objects(around), script(all));
    }

    private void owner(List<Stated> to, Part part) {
        String owner = part.owner();
        if (owner != null) {
            add(to, named.get(part.address()), Stage.OWNER,
                    each -> "ALTER %s %s OWNER TO %s".formatted(Nouns.of(each.kind()),
                            each.name(), Identifiers.quote(owner)),
                    Set.of(owner));
        }
    }

    private static void add(List<Stated> to, @Nullable Part part, Stage stage, Function<Part, String> sql,
            Set<String> roles) {
        if (part != null) {
            boolean last = part.kind() == Kind.EVENT_TRIGGER;
            to.add(stated(part, last ? Stage.LAST : stage, false, sql.apply(part), roles));
        }
    }

    private static Stated stated(Part part, Stage stage, boolean first, String sql, Set<String> roles) {
        return new Stated(stage, first, new SchemaStatement(part.kind(), part.name(), sql, roles));
    }

    private List<Stated> made() {
        return CreationOrder.of(Needs.of(parts, dependencies)).stream().flatMap(step -> made(step).stream()).toList();
    }

    private static List<Stated> made(Step step) {
        Part part = step.part();
        Stage stage = switch (part.kind()) {
            case EVENT_TRIGGER, DEFAULT_PRIVILEGES -> Stage.LAST;
            default -> Stage.CREATION;
        };
        return switch (step.form()) {
            case WHOLE -> part.statements().stream().map(sql -> stated(part, stage, true, sql, part.roles())).toList();
            case STAND_IN -> List.of(stated(part, stage, true, Objects.requireNonNull(part.standIn()), part.roles()));
            case IN_PLACE ->
                part.statements().stream().map(sql -> stated(part, stage, true, replacing(sql), part.roles()))
                        .toList();
        };
    }

    private static String replacing(String sql) {
        return sql.startsWith(CREATE) ? "CREATE OR REPLACE " + sql.substring(CREATE.length()) : sql;
    }

    /** Of what is only told, like an index that a failed build left behind, nothing is rebuilt. */
    private List<SchemaStatement> script(List<Stated> all) {
        Set<Key> told = parts.stream().filter(part -> part.statements().stream().anyMatch(Indexes::isRemark))
                .map(part -> new Key(part.kind(), part.name())).collect(Collectors.toSet());
        return all.stream().filter(each -> !told.contains(Key.of(each.statement)))
                .sorted(Comparator.comparing(Stated::stage)).map(Stated::statement).toList();
    }

    private List<SchemaObject> objects(List<Stated> around) {
        Map<Key, String> making = parts.stream()
                .filter(part -> part.address().part().isEmpty() && !part.statements().isEmpty())
                .collect(Collectors.toMap(part -> new Key(part.kind(), part.name()),
                        part -> part.statements().getFirst(),
                        SnapshotText::creating));
        Map<Key, TreeSet<String>> further = around.stream().collect(Collectors.groupingBy(
                each -> Key.of(each.statement),
                Collectors.mapping(each -> each.statement.sql(), Collectors.toCollection(TreeSet::new))));
        parts.stream().filter(part -> !part.address().part().equals("shell")).forEach(part -> further
                .computeIfAbsent(new Key(part.kind(), part.name()), none -> new TreeSet<>()).addAll(part.statements()));
        return further.entrySet().stream().filter(each -> !each.getValue().isEmpty())
                .map(each -> object(each.getKey(), making.getOrDefault(each.getKey(), ""), each.getValue())).toList();
    }

    /** Of several parts by the same name the one that makes it. */
    private static String creating(String one, String other) {
        return one.startsWith(CREATE) ? one : other;
    }

    private static SchemaObject object(Key key, String making, TreeSet<String> further) {
        further.remove(making);
        StringBuilder text = new StringBuilder();
        if (!making.isEmpty()) {
            text.append(making).append(";\n");
        }
        further.forEach(sql -> text.append(sql).append(";\n"));
        return new SchemaObject(key.kind, key.name, text.toString());
    }
}
