package dev.rubicon.plan;

import static java.util.Objects.requireNonNull;

import dev.rubicon.audit.AuditTrail;
import dev.rubicon.audit.Subject;
import dev.rubicon.engine.Engines;
import dev.rubicon.registry.Targets;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Role;
import dev.rubicon.testing.SettableClock;
import dev.rubicon.testing.TestPostgres;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;
import org.aopalliance.intercept.MethodInterceptor;
import org.flywaydb.core.Flyway;
import org.springframework.boot.test.context.TestComponent;
import org.springframework.boot.test.context.TestConfiguration;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.target.EmptyTargetSource;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.FilterType;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.method.annotation.AuthenticationPrincipalArgumentResolver;
import org.springframework.stereotype.Component;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;
import tools.jackson.databind.json.JsonMapper;

/** The rooms of plans and their judgement over a real database, with PostgreSQL's grammar and no other room. */
public final class PlanRoom implements AutoCloseable {

    public static final Actor AUTHOR = actor("ann", Role.AUTHOR);
    public static final Actor APPROVER = actor("bob", Role.APPROVER);
    public static final Actor OTHER_AUTHOR = actor("cid", Role.AUTHOR, Role.APPROVER);
    public static final Actor VIEWER = actor("vic", Role.VIEWER);

    public final List<String> audited = new CopyOnWriteArrayList<>();
    /** How long the transaction of each submission may be silent while it is judged, as PostgreSQL writes it. */
    public final List<String> silences = new CopyOnWriteArrayList<>();
    public final SettableClock clock = new SettableClock(Instant.parse("2026-03-04T05:06:07.123456Z"));
    private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

    public PlanRoom() {
        TestPostgres.Database database = TestPostgres.database();
        DataSource source = new DriverManagerDataSource(database.url(), database.user(), database.password());
        Flyway.configure().dataSource(source).load().migrate();
        context.registerBean(DataSource.class, () -> source);
        context.registerBean(Clock.class, () -> clock);
        context.registerBean(AuditTrail.class, this::recorder);
        context.registerBean(Targets.class, PlanRoom::noTargets);
        context.register(Rooms.class);
        context.addApplicationListener(event -> {
            if (event instanceof PayloadApplicationEvent<?> told && told.getPayload() instanceof RevisionSubmitted) {
                silences.add(context.getBean(JdbcClient.class).sql("SHOW idle_in_transaction_session_timeout")
                        .query(String.class).single());
            }
        });
        context.refresh();
    }

    /** A trail that only remembers, made without its constructor. */
    private AuditTrail recorder() {
        ProxyFactory factory = new ProxyFactory();
        factory.setProxyTargetClass(true);
        factory.setTargetSource(EmptyTargetSource.forClass(AuditTrail.class));
        factory.addAdvice((MethodInterceptor) call -> {
            if (call.getMethod().getName().equals("record")) {
                @Nullable
                Object[] arguments = call.getArguments();
                audited.add(arguments[1] + " " + ((Subject) requireNonNull(arguments[2])).id() + " by "
                        + ((Actor) requireNonNull(arguments[0])).name());
            }
            return null;
        });
        return (AuditTrail) factory.getProxy();
    }

    /** Nothing here asks for a target; the rooms only want to be made with the door. */
    private static Targets noTargets() {
        ProxyFactory factory = new ProxyFactory();
        factory.setProxyTargetClass(true);
        factory.setTargetSource(EmptyTargetSource.forClass(Targets.class));
        factory.addAdvice((MethodInterceptor) call -> {
            throw new IllegalStateException("There are no targets in this room");
        });
        return (Targets) factory.getProxy();
    }

    public <T> T get(Class<T> type) {
        return context.getBean(type);
    }

    public Plans plans() {
        return get(Plans.class);
    }

    public PlanRevision submit(String source) {
        return plans().submit(AUTHOR, source, "application/yaml").revision();
    }

    /** The resources of both rooms, called by this actor. */
    public MockMvc mvc(Actor actor) {
        SecurityContextHolder.getContext().setAuthentication(new TestingAuthenticationToken(actor, null));
        return MockMvcBuilders.standaloneSetup(context.getBeansWithAnnotation(RestController.class).values().toArray())
                .setCustomArgumentResolvers(new AuthenticationPrincipalArgumentResolver())
                .setControllerAdvice(new Refusals()).build();
    }

    private static Actor actor(String name, Role... roles) {
        return new Actor(name, null, Map.of("production", Set.of(roles)), Set.of());
    }

    @Override
    public void close() {
        SecurityContextHolder.clearContext();
        context.close();
    }

    @TestComponent
    @ControllerAdvice
    static class Refusals extends ResponseEntityExceptionHandler {}

    @TestConfiguration
    @EnableTransactionManagement(proxyTargetClass = true)
    @Import(Engines.class)
    @ComponentScan(basePackages = {"dev.rubicon.plan", "dev.rubicon.analysis",
            "dev.rubicon.engine.postgres"}, useDefaultFilters = false, includeFilters = @ComponentScan.Filter(type = FilterType.ANNOTATION, classes = {
                    Component.class, RestController.class}))
    static class Rooms {

        @Bean
        JdbcClient jdbcClient(DataSource source) {
            return JdbcClient.create(source);
        }

        @Bean
        JdbcTransactionManager transactionManager(DataSource source) {
            return new JdbcTransactionManager(source);
        }

        @Bean
        JsonMapper jsonMapper() {
            return JsonMapper.builder().build();
        }
    }
}
