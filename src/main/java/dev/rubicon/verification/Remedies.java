package dev.rubicon.verification;

import dev.rubicon.engine.Engine;
import dev.rubicon.engine.Script;
import dev.rubicon.engine.schema.SchemaObject.Kind;
import dev.rubicon.verification.Remedy.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How one object gets to be as it should be, as far as the statements of the snapshots say. */
final class Remedies {

    private static final Pattern COMMENT = Pattern.compile("(COMMENT ON .+?) IS .*", Pattern.DOTALL);
    private static final Pattern REVOCATION = Pattern.compile("REVOKE (.+) ON (.+) FROM ([^ ]+)");
    private static final Pattern GRANT = Pattern.compile("GRANT (.+) ON (.+) TO ([^ ]+)( WITH GRANT OPTION)?");

    private final Engine engine;
    private final List<String> byHand = new ArrayList<>();

    Remedies(Engine engine) {
        this.engine = engine;
    }

    /** What a person has to write, a paragraph each; filled by {@link #of}. */
    List<String> byHand() {
        return byHand;
    }

    List<Remedy> of(SchemaChange change) {
        return switch (change.way()) {
            case REMOVED -> create(change);
            case ADDED -> drop(change);
            case CHANGED -> change(change);
        };
    }

    /** The statements of an object's text, cut by the grammar. */
    List<String> statements(@Nullable String text) {
        return text == null ? List.of() : engine.parse(text).statements().stream().map(Script.Statement::sql).toList();
    }

    private List<Remedy> create(SchemaChange change) {
        List<String> make = statements(change.before());
        Optional<String> drop = Dropping.of(change.kind(), change.name());
        if (make.isEmpty() || drop.isEmpty() || attached(change)) {
            return hand(change, "it is missing", change.before());
        }
        String what = "create " + change.words();
        return switch (change.kind()) {
            case INDEX -> index(Part.EXPAND, what, make, drop.get());
            case CONSTRAINT, FOREIGN_KEY -> validated(what, make, drop.get(), change);
            case TABLE, SEQUENCE -> List.of(Remedy.of(Part.EXPAND, what, make, List.of(drop.get())).losingNewWrites());
            default -> List.of(Remedy.of(Part.EXPAND, what, make, List.of(drop.get())));
        };
    }

    /** Part of a partitioned index, which takes more than its own statements. */
    private static boolean attached(SchemaChange change) {
        String text = Objects.requireNonNullElse(change.before(), change.after());
        return change.kind() == Kind.INDEX && text != null
                && (text.contains(" ON ONLY ") || text.contains(" ATTACH PARTITION "));
    }

    private static List<Remedy> index(Part part, String what, List<String> make, String drop) {
        List<Remedy> all = new ArrayList<>();
        all.add(Remedy.of(part, what, List.of(concurrently(make.getFirst())), List.of(drop)));
        if (make.size() > 1) {
            all.add(Remedy.of(part, what + " with its settings", make.subList(1, make.size()), List.of()));
        }
        return all;
    }

    private static String concurrently(String create) {
        return create.replaceFirst("^CREATE (UNIQUE )?INDEX ", "CREATE $1INDEX CONCURRENTLY ");
    }

    /** Rows are compared with it in a step of its own, which stands in nobody's way. */
    private static List<Remedy> validated(String what, List<String> make, String drop, SchemaChange change) {
        String add = make.getFirst();
        boolean checked = (change.kind() == Kind.FOREIGN_KEY || add.contains(" CHECK ")) && !add.endsWith(" NOT VALID");
        List<String> first = new ArrayList<>(make);
        if (!checked) {
            return List.of(Remedy.of(Part.EXPAND, what, first, List.of(drop)));
        }
        first.set(0, add + " NOT VALID");
        return List.of(Remedy.of(Part.EXPAND, what, first, List.of(drop)), Remedy.of(Part.MIGRATE,
                "validate " + change.words(), List.of(drop.replace(" DROP CONSTRAINT ", " VALIDATE CONSTRAINT ")),
                List.of()));
    }

    private List<Remedy> drop(SchemaChange change) {
        Optional<String> drop = Dropping.of(change.kind(), change.name());
        if (drop.isEmpty() || attached(change)) {
            return hand(change, "it should not be there", change.after());
        }
        List<String> back = statements(change.after());
        String what = "drop " + change.words();
        if (change.kind() == Kind.INDEX && !back.isEmpty()) {
            return List.of(Remedy.of(Part.CONTRACT, what, List.of(drop.get()), List.of(concurrently(back.getFirst()))));
        }
        Remedy remedy = Remedy.of(Part.CONTRACT, what, List.of(drop.get()), back);
        return List.of(change.kind() == Kind.TABLE || change.kind() == Kind.SEQUENCE ? remedy.destroying() : remedy);
    }

    private List<Remedy> change(SchemaChange change) {
        List<String> should = statements(change.before());
        List<String> is = statements(change.after());
        if (change.ofRightsAlone()) {
            return around(change, should, is);
        }
        if (should.isEmpty() || is.isEmpty() || attached(change)) {
            return hand(change, "it is otherwise", change.before());
        }
        if (should.getFirst().equals(is.getFirst())) {
            return around(change, should, is);
        }
        String what = "change " + change.words();
        String drop = Dropping.of(change.kind(), change.name()).orElse("");
        return switch (change.kind()) {
            case FUNCTION, PROCEDURE ->
                List.of(Remedy.of(Part.MIGRATE, what, List.of(should.getFirst()), List.of(is.getFirst())));
            case VIEW, TRIGGER, POLICY, RULE, STATISTICS, EVENT_TRIGGER, CONSTRAINT, FOREIGN_KEY -> drop.isEmpty()
                    ? hand(change, "it is otherwise", change.before())
                    : List.of(Remedy.of(Part.MIGRATE, what, with(drop, should), with(drop, is)));
            case INDEX -> List.of(
                    Remedy.of(Part.MIGRATE, "drop the other " + change.words(), List.of(drop),
                            List.of(concurrently(is.getFirst()))),
                    Remedy.of(Part.MIGRATE, what, List.of(concurrently(should.getFirst())), List.of(drop)));
            case TABLE -> table(change, should.getFirst(), is.getFirst());
            default -> hand(change, "it is otherwise", change.before());
        };
    }

    private static List<String> with(String first, List<String> rest) {
        List<String> all = new ArrayList<>(List.of(first));
        all.addAll(rest);
        return all;
    }

    /** What makes it is the same; grants, comments, owners and settings are not. */
    private List<Remedy> around(SchemaChange change, List<String> should, List<String> is) {
        List<String> forward = new ArrayList<>(should.stream().filter(each -> !is.contains(each)).toList());
        List<String> back = new ArrayList<>(is.stream().filter(each -> !should.contains(each)).toList());
        List<String> more = undone(change, back, forward);
        List<String> less = undone(change, forward, back);
        forward.addAll(more);
        back.addAll(less);
        return forward.isEmpty()
                ? List.of()
                : List.of(Remedy.of(Part.MIGRATE, "set " + change.words() + " as it should be", forward, back));
    }

    /** What takes back each of these statements that none of the others overrides. */
    private List<String> undone(SchemaChange change, List<String> statements, List<String> others) {
        List<String> undone = new ArrayList<>();
        for (String statement : statements) {
            Matcher comment = COMMENT.matcher(statement);
            Matcher grant = GRANT.matcher(statement);
            Matcher revocation = REVOCATION.matcher(statement);
            if (comment.matches()) {
                if (others.stream().noneMatch(each -> each.startsWith(comment.group(1) + " IS "))) {
                    undone.add(comment.group(1) + " IS NULL");
                }
            } else if (grant.matches()) {
                undone.add("REVOKE %s ON %s FROM %s".formatted(grant.group(1), grant.group(2), grant.group(3)));
            } else if (revocation.matches()) {
                undone.add("GRANT %s ON %s TO %s".formatted(revocation.group(1), revocation.group(2),
                        revocation.group(3)));
            } else if (!statement.contains(" OWNER TO ")) {
                hand(change, "this has to be taken back", statement);
            }
        }
        return undone;
    }

    private List<Remedy> table(SchemaChange change, String should, String is) {
        Optional<TableColumns> wanted = TableColumns.of(should);
        Optional<TableColumns> found = TableColumns.of(is);
        if (wanted.isEmpty() || found.isEmpty() || !wanted.get().around().equals(found.get().around())) {
            return hand(change, "it is otherwise", change.before());
        }
        List<Remedy> all = new ArrayList<>();
        wanted.get().columns().forEach((column, definition) -> {
            String other = found.get().columns().get(column);
            if (other == null) {
                missing(change, column, definition).ifPresent(all::add);
            } else if (!other.equals(definition)) {
                hand(change, "column %s should be '%s', and is '%s'".formatted(column, definition, other), null);
            }
        });
        found.get().columns().forEach((column, definition) -> {
            if (!wanted.get().columns().containsKey(column)) {
                all.add(Remedy.of(Part.CONTRACT, "drop column %s of %s".formatted(column, change.name()),
                        List.of("ALTER TABLE %s DROP COLUMN %s".formatted(change.name(), column)),
                        List.of("ALTER TABLE %s ADD COLUMN %s %s".formatted(change.name(), column, definition)))
                        .destroying());
            }
        });
        if (all.isEmpty() && byHand.isEmpty()) {
            hand(change, "its columns stand in another order", change.before());
        }
        return all;
    }

    private Optional<Remedy> missing(SchemaChange change, String column, String definition) {
        if (!TableColumns.fitsExistingRows(definition)) {
            hand(change, "column %s is missing, and rows that are there need a value first: %s %s".formatted(column,
                    column, definition), null);
            return Optional.empty();
        }
        return Optional.of(Remedy.of(Part.EXPAND, "add column %s to %s".formatted(column, change.name()),
                List.of("ALTER TABLE %s ADD COLUMN %s %s".formatted(change.name(), column, definition)),
                List.of("ALTER TABLE %s DROP COLUMN %s".formatted(change.name(), column))).losingNewWrites());
    }

    private List<Remedy> hand(SchemaChange change, String why, @Nullable String text) {
        byHand.add("%s: %s%s".formatted(change.words(), why, text == null ? "" : "\n" + text.strip()));
        return List.of();
    }
}
