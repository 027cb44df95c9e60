package dev.rubicon.engine.postgres;

import dev.rubicon.engine.Script.Statement;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Action.ObjectKind;
import dev.rubicon.engine.facts.Lock;
import dev.rubicon.engine.facts.LockMode;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.engine.facts.Schema;
import dev.rubicon.engine.postgres.LockPlan.Want;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Foresees the locks of statements that will run one after the other in a transaction. What they name is asked of the facts
 * over a schema that knows nothing; its neighbourhood is read from the target; then the facts are asked again. Relations
 * that the statements make themselves are nobody else's yet and need no lock.
 */
final class LockPlanner {

    private final Connection connection;
    private final int version;

    LockPlanner(Connection connection, int version) {
        this.connection = connection;
        this.version = version;
    }

    /** @throws SQLException when the catalogs cannot be read */
    LockPlan plan(List<Statement> statements) throws SQLException {
        Named named = new Named();
        statements.forEach(named::take);
        if (!named.strong && named.gone.isEmpty() && named.changed.isEmpty()) {
            return LockPlan.NONE;
        }
        List<String> path = searchPath();
        Set<String> schemas = new LinkedHashSet<>(path);
        schemas.addAll(named.schemas);
        Neighbourhood neighbourhood = new Neighbourhood(connection);
        Set<Long> start = neighbourhood.named(named.names, List.copyOf(schemas));
        Reach reach = new Reach(connection, List.copyOf(schemas));
        Map<Long, LockMode> modes = new HashMap<>();
        reach.columnsOf(named.changed).forEach(each -> modes.put(each, LockMode.SHARE));
        reach.of(named.gone).forEach(each -> modes.put(each, LockMode.ACCESS_EXCLUSIVE));
        start.addAll(modes.keySet());
        if (start.isEmpty()) {
            return LockPlan.NONE;
        }
        NearSchema near = NearSchema.read(connection, neighbourhood.around(start, named.cascading));
        LockPlan plan = plan(statements, near, path, modes);
        return plan.harmless() ? LockPlan.NONE : plan;
    }

    private List<String> searchPath() throws SQLException {
        return Rows.list(connection, "SELECT unnest(current_schemas(false))::text", row -> row.getString(1));
    }

    /** @param modes what is known already, by oid */
    private LockPlan plan(List<Statement> statements, NearSchema near, List<String> path, Map<Long, LockMode> modes) {
        PostgresExaminer examiner = new PostgresExaminer(near.schema().copy(), version);
        if (!path.isEmpty()) {
            examiner.apply(List.of(new Action.Setting("search_path", String.join(",", path), false)));
        }
        for (Statement statement : statements) {
            for (Lock lock : examiner.facts(statement.actions()).locks()) {
                near.find(examiner.schema().resolve(lock.relation()))
                        .ifPresent(each -> modes.merge(each.oid(), lock.mode(), LockPlanner::stronger));
            }
            examiner.apply(statement.actions());
        }
        return new LockPlan(near.inOrder().stream().filter(each -> modes.containsKey(each.oid())).map(each -> {
            LockMode mode = modes.getOrDefault(each.oid(), LockMode.ACCESS_SHARE);
            return new Want(each.oid(), each.name().sql(), each.lockable(mode), mode);
        }).toList());
    }

    private static LockMode stronger(LockMode one, LockMode other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    /** What the statements name, as far as they themselves tell. */
    private final class Named {

        private final PostgresExaminer examiner = new PostgresExaminer(Schema.open(), version);
        private final Set<QualifiedName> names = new LinkedHashSet<>();
        private final Set<String> schemas = new LinkedHashSet<>();
        private final List<Reach.Named> gone = new ArrayList<>();
        private final List<Reach.Named> changed = new ArrayList<>();
        private boolean strong;
        private boolean cascading;

        void take(Statement statement) {
            for (Lock lock : examiner.facts(statement.actions()).locks()) {
                names.add(lock.relation());
                strong |= lock.mode().compareTo(LockMode.SHARE_UPDATE_EXCLUSIVE) >= 0;
            }
            examiner.apply(statement.actions());
            statement.actions().forEach(this::note);
        }

        private static boolean checksRows(Action.AlterDomain alter) {
            return alter.setNotNull() || alter.validate()
                    || alter.constraint() != null && !alter.constraint().notValid();
        }

        private void note(Action action) {
            if (action instanceof Action.Setting setting && setting.name().equals("search_path")
                    && setting.value() != null) {
                List.of(setting.value().split(",")).forEach(each -> schemas.add(each.strip().replaceAll("['\"]", "")));
            }
            if (action instanceof Action.AlterDomain alter && checksRows(alter)) {
                changed.add(new Reach.Named(ObjectKind.DOMAIN, alter.domain()));
            }
            if (action instanceof Action.Drop drop && drop.cascade()) {
                drop.names().forEach(each -> gone.add(new Reach.Named(drop.kind(), each)));
            }
            if (action instanceof Action.CreateView create && create.orReplace()) {
                // whether there is one to replace, only the catalogs know
                names.add(create.view());
                strong = true;
            }
            cascading |= action instanceof Action.Truncate truncate && truncate.cascade();
        }
    }
}
