package dev.rubicon.gate;

import dev.rubicon.audit.AuditTrail;
import dev.rubicon.audit.Subject;
import dev.rubicon.plan.Phase;
import dev.rubicon.plan.PhaseKind;
import dev.rubicon.problem.Problem;
import dev.rubicon.registry.EngineKind;
import dev.rubicon.registry.Environment;
import dev.rubicon.registry.Environments;
import dev.rubicon.registry.Policy;
import dev.rubicon.registry.Target;
import dev.rubicon.registry.Targets;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Role;
import dev.rubicon.security.Scope;
import dev.rubicon.testing.SettableClock;
import dev.rubicon.testing.TestPostgres;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.aopalliance.intercept.MethodInterceptor;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.support.AopUtils;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.event.EventListener;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import tools.jackson.databind.json.JsonMapper;

/**
 * The room alone, with real transactions on a control database of its own; its neighbours are small fakes. The
 * environments are {@code staging} and {@code production}, the targets {@code db-1} to {@code db-3} in production.
 */
public final class GateRoom {

    static final Instant START = Instant.parse("2026-01-15T12:00:00Z");
    static final String DIGEST = "sha256:a";

    public final SettableClock clock = new SettableClock(START);
    public final TestPostgres.Database database = TestPostgres.database();
    public final List<Entry> audited = new ArrayList<>();
    public final List<GatesMoved> moved = new ArrayList<>();
    private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

    /** One entry of the trail. */
    public record Entry(String actor, String action, Subject subject, Map<String, ?> details) {}

    private static final GateRoom ROOM = new GateRoom();

    /** The room, made once for all tests of the JVM, without anything that an earlier test left in it. */
    public static GateRoom empty() {
        ROOM.database.run("TRUNCATE rollout, deployment_report, backup, freeze_window CASCADE");
        ROOM.audited.clear();
        ROOM.moved.clear();
        ROOM.clock.set(START);
        return ROOM;
    }

    /** The unmet gates of a passage by what is kept now. */
    List<Blocker> blockers(Gates.Passage passage) {
        Gates gates = bean(Gates.class);
        return gates.blockers(List.of(new Gates.Waiting(passage, decisions(passage.rollout()),
                gates.freezes(passage.environment())))).getFirst();
    }

    /** All on a rollout, oldest first. */
    List<Gates.Approval> decisions(long rollout) {
        return bean(Gates.class).decisions(List.of(rollout)).getOrDefault(rollout, List.of());
    }

    private GateRoom() {
        DataSource source = new DriverManagerDataSource(database.url(), database.user(), database.password());
        Flyway.configure().dataSource(source).locations("classpath:db/migration").load().migrate();
        context.registerBean(DataSource.class, () -> source);
        context.registerBean(JdbcTransactionManager.class, () -> new JdbcTransactionManager(source));
        context.registerBean(JdbcClient.class, () -> JdbcClient.create(source));
        context.registerBean(JsonMapper.class, () -> JsonMapper.builder().build());
        context.registerBean(Clock.class, () -> clock);
        context.registerBean(Environments.class, () -> standIn(Environments.class, new FakeEnvironments()));
        context.registerBean(Targets.class, () -> standIn(Targets.class, new FakeTargets()));
        context.registerBean(AuditTrail.class, () -> standIn(AuditTrail.class, new FakeTrail()));
        context.registerBean(Listener.class, Listener::new);
        context.register(Transactions.class);
        components().forEach(context::register);
        context.refresh();
        fill();
    }

    @TestConfiguration
    @EnableTransactionManagement(proxyTargetClass = true)
    static class Transactions {}

    private static List<Class<?>> components() {
        var scanner = new ClassPathScanningCandidateComponentProvider(false);
        scanner.addIncludeFilter(new AnnotationTypeFilter(Component.class));
        List<Class<?>> found = new ArrayList<>();
        scanner.findCandidateComponents("dev.rubicon.gate").forEach(component -> {
            try {
                Class<?> type = Class.forName(component.getBeanClassName());
                if (type.getEnclosingClass() != GateRoom.class) {
                    found.add(type);
                }
            } catch (ClassNotFoundException e) {
                throw new IllegalStateException(e);
            }
        });
        return found;
    }

    private void fill() {
        database.run(
                "INSERT INTO environment (name, position, policy) VALUES ('staging', 1, '{}'), ('production', 2, '{}')",
                "INSERT INTO plan VALUES ('rename-username', now(), 'ada')", """
                        INSERT INTO plan_revision VALUES ('rename-username', 1, 'sha256:r', '{}', '', 'application/yaml',
                                                          '{}', 'ada', now())
                        """);
    }

    /** A new rollout of the plan, submitted by ada and opened by the one named. */
    long rollout(String openedBy) {
        return bean(JdbcClient.class).sql("""
                INSERT INTO rollout (plan, revision, environment, digest, frozen, start_phases, state, submitted_by,
                                     opened_by, opened_at)
                VALUES ('rename-username', 1, 'production', 'sha256:a', '{}', 'auto', 'WAITING', 'ada', :by, now())
                RETURNING id
                """).param("by", openedBy).query(Long.class).single();
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    public static Actor person(String name, String environment, Role... roles) {
        return new Actor(name, null, Map.of(environment, Set.of(roles)), Set.of());
    }

    public static Actor token(String owner, Scope... scopes) {
        return new Actor(owner, "ci", Map.of(), Set.of(scopes));
    }

    static Phase phase(int index, Phase.After after) {
        return new Phase(index, PhaseKind.MIGRATE, "migrate", after, List.of(), List.of());
    }

    /** Their methods are found by name: see {@link #standIn}. */
    private final class FakeTrail {
        public void record(Actor actor, String action, Subject subject, Map<String, ?> details) {
            demandTransaction();
            audited.add(new Entry(actor.label(), action, subject, details));
        }
    }

    private final class Listener {
        @EventListener
        void on(GatesMoved event) {
            demandTransaction();
            moved.add(event);
        }
    }

    /**
     * A neighbour's door whose methods are answered by the fake's methods of the same name and parameters. It is made
     * without the door's constructor, which is the neighbour's own affair.
     */
    private static <T> T standIn(Class<T> door, Object fake) {
        ProxyFactory factory = new ProxyFactory();
        factory.setTargetClass(door);
        factory.setProxyTargetClass(true);
        factory.addAdvice((MethodInterceptor) call -> {
            var method = fake.getClass().getMethod(call.getMethod().getName(), call.getMethod().getParameterTypes());
            method.setAccessible(true);
            return AopUtils.invokeJoinpointUsingReflection(fake, method, call.getArguments());
        });
        return door.cast(factory.getProxy());
    }

    private static void demandTransaction() {
        if (!TransactionSynchronizationManager.isActualTransactionActive()) {
            throw new IllegalStateException("outside of the change's transaction");
        }
    }

    private static final class FakeEnvironments {
        public Optional<Environment> find(String name) {
            return all().stream().filter(environment -> environment.name().equals(name)).findFirst();
        }

        public List<Environment> all() {
            return List.of(new Environment("staging", 1, Policy.withApprovals(1, 1, 1), 0),
                    new Environment("production", 2, Policy.withApprovals(1, 2, 2), 0));
        }
    }

    private static final class FakeTargets {
        private final Map<String, Target> targets = new LinkedHashMap<>();

        FakeTargets() {
            List.of("db-1", "db-2", "db-3").forEach(name -> targets.put(name, new Target(name, EngineKind.POSTGRESQL,
                    "production", Map.of(), "jdbc:postgresql://h/" + name, null, "none", Map.of(), null, null, START,
                    0)));
        }

        public Optional<Target> find(String name) {
            return Optional.ofNullable(targets.get(name));
        }

        public Target get(Actor actor, String name) {
            return find(name).filter(target -> actor.sees(target.environment()))
                    .orElseThrow(() -> Problem.notFound("target " + name));
        }

        public List<Target> all(Actor actor) {
            return targets.values().stream().filter(target -> actor.sees(target.environment())).toList();
        }
    }

    /** A passage in production, to be changed where a test needs it. */
    static final class PassageOf {
        private final long rollout;
        private Phase.After after = Phase.After.NOTHING;
        private int index = 1;
        private int approvals;
        private boolean river;
        private String opener = "bob";
        private String digest = DIGEST;
        private @Nullable Instant previousDone = START;
        private Policy policy = Policy.withApprovals(1, 2, 2);
        private BackupClass backupClass = BackupClass.STATED;
        private Map<String, Map<String, String>> labels = Map.of("db-1", Map.of("region", "eu"), "db-2",
                Map.of("region", "us"));

        PassageOf(long rollout) {
            this.rollout = rollout;
        }

        PassageOf after(Phase.@Nullable Versions deployment, Phase.@Nullable Versions absent,
                @Nullable Duration soak) {
            after = new Phase.After(deployment, absent, soak, after.backup(), after.manual());
            return this;
        }

        PassageOf backup(Duration maxAge, @Nullable Duration keepFor) {
            after = new Phase.After(after.deployment(), after.absent(), after.soak(),
                    new Phase.Backup(maxAge, keepFor), after.manual());
            return this;
        }

        PassageOf backupClass(BackupClass least) {
            backupClass = least;
            return this;
        }

        PassageOf manual(Phase.Manual... gates) {
            after = new Phase.After(after.deployment(), after.absent(), after.soak(), after.backup(),
                    List.of(gates));
            return this;
        }

        PassageOf phase(int number) {
            index = number;
            return this;
        }

        PassageOf approvals(int needed) {
            approvals = needed;
            return this;
        }

        PassageOf overTheRiver() {
            river = true;
            return this;
        }

        PassageOf openedBy(String name) {
            opener = name;
            return this;
        }

        PassageOf digest(String other) {
            digest = other;
            return this;
        }

        PassageOf previousDone(@Nullable Instant at) {
            previousDone = at;
            return this;
        }

        PassageOf windows(Policy.Window... windows) {
            policy = new Policy(policy.approvals(), List.of(windows), policy.stallBudget(), policy.patience(),
                    policy.connectionsPerServer(), policy.holderActions(), policy.rehearsal(),
                    policy.drift(), policy.drills());
            return this;
        }

        Gates.Passage passage() {
            return new Gates.Passage(rollout, "rename-username", 1, "production", policy,
                    GateRoom.phase(index, after), digest, "ada", opener, approvals, river, labels, previousDone,
                    backupClass);
        }
    }
}
