package dev.rubicon.analysis.recipes;

import dev.rubicon.engine.Engine;
import dev.rubicon.engine.Script;
import dev.rubicon.engine.facts.Identifiers;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.problem.Problem;
import dev.rubicon.problem.Violations;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What was answered to a recipe's fields, looked at. */
final class Answers {

    private static final Pattern VERSION = Pattern.compile("[0-9A-Za-z][0-9A-Za-z.+_-]{0,99}");
    private static final Pattern ONE_LINE = Pattern.compile("[^\\p{Cntrl}]{1,200}");
    /** What it takes it never gives back, so that it takes no longer than its text. */
    private static final Pattern PART = Pattern
            .compile("\\s*+(\"(?:[^\"]++|\"\")++\"|[^\\s\"]++)\\s++([^=]++)=(.*+)");
    private static final int MOST_CHARACTERS = 4_000;

    private final Map<String, String> values;
    private final Engine grammar;

    /** A new column that is filled from an old one. */
    record Part(String column, String type, String expression) {}

    private Answers(Map<String, String> values, Engine grammar) {
        this.values = values;
        this.grammar = grammar;
    }

    /** @throws Problem invalid-input with all that is wrong, each at its field */
    static Answers of(Recipe recipe, Map<String, String> given, Engine grammar) {
        Map<String, String> values = given.entrySet().stream().filter(each -> !each.getValue().isBlank())
                .collect(Collectors.toMap(Map.Entry::getKey, each -> each.getValue().strip()));
        Answers answers = new Answers(values, grammar);
        Violations violations = new Violations();
        given.keySet().stream().filter(name -> recipe.fields().stream().noneMatch(field -> field.name().equals(name)))
                .sorted().forEach(name -> violations.add("/" + name, "'" + name + "' is not asked for; asked are "
                        + recipe.fields().stream().map(Field::name).collect(Collectors.joining(", "))));
        recipe.fields().forEach(field -> answers.look(field, violations));
        violations.refuse();
        recipe.look(answers, violations);
        violations.refuse();
        return answers;
    }

    private void look(Field field, Violations violations) {
        String pointer = "/" + field.name();
        String value = values.get(field.name());
        if (value == null) {
            violations.unless(!field.required(), pointer, field.label() + " is needed"
                    + (field.example().isEmpty() ? "" : ", like " + field.example().lines().findFirst().orElse("")));
            return;
        }
        String wrong = value.length() > MOST_CHARACTERS
                ? "has at most 4,000 characters"
                : wrong(field.kind(), value);
        if (wrong != null) {
            violations.add(pointer, field.label() + " " + wrong);
        }
    }

    private @Nullable String wrong(Field.Kind kind, String value) {
        return switch (kind) {
            case TABLE -> named(Names.table(value).map(QualifiedName::name).map(List::of),
                    "is the name of a table as SQL writes it, like users, app.users or \"Users\"");
            case NAME -> named(Names.name(value).map(List::of),
                    "is one name as SQL writes it, like username or \"Username\"");
            case NAMES -> named(Names.names(value),
                    "is names as SQL writes them, with commas between, like tenant_id, email");
            case TYPE -> isType(value) ? null : "is a type as SQL writes it, like bigint or varchar(80)";
            case EXPRESSION -> isExpression(value)
                    ? null
                    : "is an expression that PostgreSQL can read, like "
                            + "lower(name)";
            case ELEMENTS -> isElements(value)
                    ? null
                    : "is what stands between the brackets of CREATE INDEX, like tenant_id, created_at DESC";
            case PARTS -> wrongParts(value);
            case APPLICATION -> ONE_LINE.matcher(value).matches() ? null : "is a name of one line";
            case VERSION -> VERSION.matcher(value).matches() ? null : "is one version, like 2.5.0";
            case FLAG -> value.equals("true") || value.equals("false") ? null : "is true or false";
        };
    }

    private static @Nullable String named(Optional<List<String>> names, String otherwise) {
        return names.isEmpty() ? otherwise : tooLong(names.get());
    }

    private static @Nullable String tooLong(List<String> names) {
        return names.stream().allMatch(Names::fits) ? null : "has at most 63 bytes: PostgreSQL cuts longer names";
    }

    private boolean reads(String sql) {
        Script script = grammar.parse(sql);
        return script.errors().isEmpty() && script.statements().size() == 1;
    }

    /** In two surroundings, so that what closes the one does not fit into the other. */
    private boolean isType(String text) {
        return reads("SELECT CAST(NULL AS " + text + ")") && reads("SELECT NULL::" + text);
    }

    private boolean isExpression(String text) {
        return reads("SELECT (" + text + ")") && reads("SELECT 1 WHERE " + text);
    }

    private boolean isElements(String text) {
        return reads("CREATE INDEX ON t (" + text + ")") && !text.contains("--");
    }

    private @Nullable String wrongParts(String value) {
        for (String line : value.lines().filter(each -> !each.isBlank()).toList()) {
            Matcher part = PART.matcher(line);
            if (!part.matches() || Names.name(part.group(1)).isEmpty() || !isType(part.group(2).strip())
                    || !isExpression(part.group(3).strip())) {
                return "has a line for each new column, like first_name text = split_part(name, ' ', 1); this one "
                        + "is not: "
                        + line.strip();
            }
            String wrong = tooLong(List.of(Names.name(part.group(1)).orElseThrow()));
            if (wrong != null) {
                return wrong;
            }
        }
        return null;
    }

    QualifiedName table(String field) {
        return Names.table(text(field)).orElseThrow();
    }

    String name(String field) {
        return Names.name(text(field)).orElseThrow();
    }

    List<String> names(String field) {
        return Names.names(text(field)).orElseThrow();
    }

    List<Part> parts(String field) {
        List<Part> parts = new ArrayList<>();
        text(field).lines().filter(line -> !line.isBlank()).forEach(line -> {
            Matcher part = PART.matcher(line);
            if (part.matches()) {
                parts.add(new Part(Names.name(part.group(1)).orElseThrow(), part.group(2).strip(),
                        part.group(3).strip()));
            }
        });
        return parts;
    }

    String text(String field) {
        String value = values.get(field);
        if (value == null) {
            throw new IllegalStateException(field + " was not answered");
        }
        return value;
    }

    boolean has(String field) {
        return values.containsKey(field);
    }

    boolean yes(String field) {
        return "true".equals(values.get(field));
    }

    /** A column's name as it stands in SQL. */
    String quoted(String field) {
        return Identifiers.quote(name(field));
    }
}
