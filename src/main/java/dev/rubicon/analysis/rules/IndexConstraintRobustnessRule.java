package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Identifiers;
import dev.rubicon.plan.Severity;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A script that cannot be run again from its beginning. */
final class IndexConstraintRobustnessRule implements Rule.OfScript {

    private static final RulePage PAGE = new RulePage("index-constraint-robustness",
            "A script that cannot be run again from its beginning", Severity.INFO, RulePage.Group.STYLE,
            "Outside of a transaction, what was done before a failure stays done, and the next run fails at it. IF [NOT] "
                    + "EXISTS lets it pass. A concurrent build is no such case: there IF NOT EXISTS keeps an invalid index. "
                    + "Rubicon's ledger knows what a target has, so plans need none of this.",
            """
            CREATE TABLE users (id bigint PRIMARY KEY, email text);
            CREATE TABLE orders (id bigint PRIMARY KEY);
            """, """
            CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY, email text);
            CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY);
            """);
    private static final String CREATE = "(?i)^(CREATE\\s+(?:UNLOGGED\\s+)?(?:TABLE|SEQUENCE|SCHEMA|UNIQUE\\s+INDEX|INDEX|"
            + "MATERIALIZED\\s+VIEW|EXTENSION))\\s+";
    private static final String DROP = "(?i)^(DROP\\s+(?:MATERIALIZED\\s+VIEW|FOREIGN\\s+TABLE|INDEX\\s+CONCURRENTLY|\\w+))\\s+";
    private static final Pattern ADD_COLUMN = Pattern.compile("\\bADD\\s+(?:COLUMN\\s+)?", Pattern.CASE_INSENSITIVE);
    private static final Pattern DROP_MEMBER = Pattern.compile("\\bDROP\\s+(COLUMN|CONSTRAINT)\\s+",
            Pattern.CASE_INSENSITIVE);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public void judge(Statements statements, List<Judged> judged, Findings findings) {
        if (statements.step() != null || judged.size() < 2) {
            return;
        }
        judged.stream().filter(each -> !each.passage().inTransaction()).forEach(each -> each.actions().stream()
                .flatMap(action -> repeatable(each, action).stream()).findFirst()
                .ifPresent(safeForm -> findings.add(PAGE, each,
                        "A second run of the script fails here: " + Sentences.brief(each.statement().sql()),
                        safeForm)));
    }

    /** The statement so that it can be run again, or empty where it can already. */
    private static Optional<String> repeatable(Judged judged, Action action) {
        String sql = judged.statement().sql() + ";";
        return switch (action) {
            case Action.CreateTable a when !a.ifNotExists() && a.persistence() != Action.Persistence.TEMPORARY ->
                Optional.of(sql.replaceFirst(CREATE, "$1 IF NOT EXISTS "));
            case Action.CreateIndex a when !a.ifNotExists() && !a.concurrently() ->
                Optional.of(sql.replaceFirst(CREATE, "$1 IF NOT EXISTS " + (a.name() != null
                        ? ""
                        : Identifiers.quote(new IndexText(a, judged.statement().sql()).name().name()) + " ")));
            case Action.CreateSequence a when !a.ifNotExists() ->
                Optional.of(sql.replaceFirst(CREATE, "$1 IF NOT EXISTS "));
            case Action.CreateSchema a when !a.ifNotExists() ->
                Optional.of(sql.replaceFirst(CREATE, "$1 IF NOT EXISTS "));
            case Action.CreateExtension a when !a.ifNotExists() ->
                Optional.of(sql.replaceFirst(CREATE, "$1 IF NOT EXISTS "));
            case Action.Drop a when !a.ifExists() -> Optional.of(sql.replaceFirst(DROP, "$1 IF EXISTS "));
            case Action.AddColumn a when !a.ifNotExists() ->
                Optional.of(ADD_COLUMN.matcher(sql).replaceFirst("ADD COLUMN IF NOT EXISTS "));
            case Action.DropColumn a when !a.ifExists() ->
                Optional.of(DROP_MEMBER.matcher(sql).replaceFirst("DROP $1 IF EXISTS "));
            case Action.DropConstraint a when !a.ifExists() ->
                Optional.of(DROP_MEMBER.matcher(sql).replaceFirst("DROP $1 IF EXISTS "));
            case Action.AddConstraint a when !droppedBefore(judged, a) -> Optional.of(Sql.alter(a.table(),
                    "DROP CONSTRAINT IF EXISTS " + Identifiers
                            .quote(SafeForms.name(a.table(), a.constraint())))
                    + "\n" + sql);
            default -> Optional.empty();
        };
    }

    private static boolean droppedBefore(Judged judged, Action.AddConstraint add) {
        String name = SafeForms.name(add.table(), add.constraint());
        return Stream.concat(judged.passage().script().stream(), Stream.of(judged))
                .flatMap(each -> each.actions(Action.DropConstraint.class))
                .anyMatch(each -> each.ifExists() && each.table().same(add.table()) && each.constraint().equals(name));
    }
}
