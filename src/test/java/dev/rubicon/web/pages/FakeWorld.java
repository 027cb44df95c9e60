package dev.rubicon.web.pages;

import dev.rubicon.engine.DryRun;
import dev.rubicon.engine.HolderAction;
import dev.rubicon.engine.HolderAnswer;
import dev.rubicon.engine.SetAside;
import dev.rubicon.execution.DryRunView;
import dev.rubicon.execution.DryRuns;
import dev.rubicon.paging.Page;
import dev.rubicon.plan.Comment;
import dev.rubicon.plan.Plans;
import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import dev.rubicon.registry.EngineKind;
import dev.rubicon.registry.Environment;
import dev.rubicon.registry.Environments;
import dev.rubicon.registry.Policy;
import dev.rubicon.registry.Target;
import dev.rubicon.registry.TargetCheck;
import dev.rubicon.registry.TargetIdentity;
import dev.rubicon.registry.Targets;
import dev.rubicon.rehearsal.Rehearsals;
import dev.rubicon.rollout.Curves;
import dev.rubicon.rollout.Holders;
import dev.rubicon.rollout.Quarantine;
import dev.rubicon.rollout.LastRuns;
import dev.rubicon.rollout.Rollouts;
import dev.rubicon.gate.FreezeWindows;
import dev.rubicon.security.Accounts;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Presence;
import dev.rubicon.security.Tokens;
import dev.rubicon.security.Role;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import dev.rubicon.verification.Drifts;
import dev.rubicon.verification.Schemas;
import java.lang.reflect.InvocationTargetException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.aopalliance.intercept.MethodInterceptor;
import org.jspecify.annotations.Nullable;
import dev.rubicon.rollout.WaysBackDrilled;
import dev.rubicon.rehearsal.Survey;
import dev.rubicon.rehearsal.Surveys;
import dev.rubicon.rehearsal.EvidenceClass;
import dev.rubicon.rehearsal.RehearsalState;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.target.EmptyTargetSource;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * The doors, answering from a story instead of a database; who asks is said by a cookie. A door is stood in for by a
 * plain object with methods of the same shape, so that what the real one is made of does not matter here.
 */
@TestConfiguration(proxyBeanMethods = false)
class FakeWorld {

    static final FakeRollouts ROLLOUTS = new FakeRollouts();
    static final FakeDrifts DRIFTS = new FakeDrifts();

    @Bean
    FakeSettings fakeSettings(Accounts accounts, Tokens tokens, FreezeWindows windows, JdbcClient jdbc) {
        return new FakeSettings(accounts, tokens, windows, jdbc);
    }

    @Bean
    @Primary
    Drifts fakeDrifts() {
        return standIn(Drifts.class, DRIFTS);
    }

    @Bean
    @Primary
    Schemas fakeSchemas() {
        return standIn(Schemas.class, new FakeDrifts.FakeSchemas());
    }

    @Bean
    @Primary
    Rollouts fakeRollouts() {
        return standIn(Rollouts.class, ROLLOUTS);
    }

    @Bean
    @Primary
    LastRuns fakeLastRuns() {
        return standIn(LastRuns.class, ROLLOUTS);
    }

    /** Whoever the cookie names stays who they are. */
    @Bean
    @Primary
    Presence fakePresence() {
        return standIn(Presence.class, new FakePresence());
    }

    public static class FakePresence {
        public Supplier<Optional<Actor>> of(HttpServletRequest request) {
            return () -> Optional.of(Actor.RUBICON);
        }
    }

    @Bean
    @Primary
    Holders fakeHolders() {
        return standIn(Holders.class, new FakeHolders());
    }

    @Bean
    @Primary
    Rehearsals fakeRehearsals() {
        return standIn(Rehearsals.class, new FakeRehearsals());
    }

    @Bean
    @Primary
    WaysBackDrilled fakeWaysBack() {
        return standIn(WaysBackDrilled.class, new FakeWaysBack());
    }

    @Bean
    @Primary
    Surveys fakeSurveys() {
        return standIn(Surveys.class, new FakeSurveys());
    }

    /** Two schemas among the targets of one rollout, and one that is left out. */
    public static class FakeSurveys {
        public Optional<Survey> of(long rollout) {
            return rollout != 121
                    ? Optional.empty()
                    : Optional.of(new Survey(rollout, EvidenceClass.SYNTHETIC_ROWS, Instant.now(), Instant.now(),
                            List.of(new Survey.Schema("a", 18, List.of("shop-eu-01", "shop-eu-02"), 3L,
                                    RehearsalState.PASSED, ""),
                                    new Survey.Schema("b", 18, List.of("shop-us-01"), null, null,
                                            "5 schemas of one rollout are rehearsed at its opening; this one is when its phase begins")),
                            List.of(new Survey.Unread("shop-us-02", "it does not answer"))));
        }
    }

    /** One that holds, one that somebody stands in the way of, one that is stale. */
    public static class FakeWaysBack {
        public List<WaysBackDrilled.Drilled> of(Actor actor, long id) {
            Instant ago = Instant.now().minus(Duration.ofHours(2));
            return id == 112
                    ? List.of(new WaysBackDrilled.Drilled("shop-eu-01", WaysBackDrilled.Stand.INTACT, 7L, ago, 400L, "",
                            List.of("Going back takes along what is not of the plan: index public.by_name")),
                            new WaysBackDrilled.Drilled("shop-eu-02", WaysBackDrilled.Stand.BROKEN, 8L, ago, null,
                                    "Going back, step add: view names depends on it", List.of()),
                            new WaysBackDrilled.Drilled("shop-eu-03", WaysBackDrilled.Stand.STALE, 9L, ago, 420L,
                                    "The schema of shop-eu-03 has changed since", List.of()))
                    : List.of();
        }

        public List<WaysBackDrilled.Broken> broken(Actor actor) {
            return List.of(new WaysBackDrilled.Broken(112, "rename-username", "production", "shop-eu-02", 8,
                    Instant.now().minus(Duration.ofHours(2)), "Going back, step add: view names depends on it"));
        }
    }

    /** Holders may be cleared in production, and nowhere else. */
    public static class FakeHolders {
        public boolean allowedIn(String environment) {
            return environment.equals("production");
        }

        public HolderAnswer clear(Actor actor, long id, String target, int pid, HolderAction action,
                @Nullable String reason) {
            ROLLOUTS.deeds.add(action + " " + pid + " " + reason);
            return new HolderAnswer(HolderAnswer.Seen.GONE, "Its session has ended");
        }
    }

    @Bean
    @Primary
    Quarantine fakeQuarantine() {
        return standIn(Quarantine.class, new FakeQuarantine());
    }

    /** Two rows, one of them accepted. */
    public static class FakeQuarantine {
        public Page<SetAside> of(Actor actor, long id, String target, String step, @Nullable String cursor,
                @Nullable Integer limit) {
            Instant at = Instant.now().minusSeconds(900);
            return new Page<>(List.of(
                    new SetAside(1, "public.orders_2026_02", List.of("4711", "8d1f0c5e-1d6e-4a57-9d5e-6f1c0a4b7e21"),
                            "ERROR: new row for relation \"orders_2026_02\" violates check constraint "
                                    + "\"amount_positive\"",
                            "23514", null, 103, at),
                    new SetAside(2, "public.orders_2026_02", List.of("4712", "1f0c5e8d-6d1e-574a-5e9d-1c0a4b7e216f"),
                            "ERROR: value too long for type character varying(40)", "22001",
                            "olga accepts rows set aside: a test customer", 103, at)),
                    null);
        }
    }

    @Bean
    @Primary
    DryRuns fakeDryRuns() {
        return standIn(DryRuns.class, new FakeDryRuns());
    }

    /** One that was tried, with a warning, and one that was refused. */
    public static class FakeDryRuns {
        public List<DryRunView> of(Actor actor, String plan, int revision) {
            Instant at = Instant.now().minusSeconds(120);
            DryRun met = new DryRun("block", "block by block", 64, 4_000_000, false, 3_100_000L, false,
                    new DryRun.Tried(3_000, 2_950, 41, 700_000L, 2_900), 27L, 137L,
                    List.of("Triggers fire with each batch: users_touch"));
            return List.of(
                    new DryRunView(2, plan, revision, "copy-username", "shop-ap-02", "production", "operator", at, met,
                            null),
                    new DryRunView(1, plan, revision, "copy-username", "shop-canary", "staging", "operator", at, null,
                            "public.users has no column display_name yet: the phase that adds it has not run there"));
        }

        public List<DryRunView> tryOut(Actor actor, String plan, int revision, String target, @Nullable String step) {
            ROLLOUTS.deeds.add("dry run %s/%d %s %s".formatted(plan, revision, target, step));
            return of(actor, plan, revision);
        }
    }

    @Bean
    @Primary
    Curves fakeCurves() {
        return standIn(Curves.class, new FakeCurves());
    }

    /** Twenty minutes of a backfill that a replica held up for a while. */
    public static class FakeCurves {
        public Optional<Curves.Curve> newest(Actor actor, long rollout, String target) {
            Instant begun = Instant.parse("2026-11-21T10:00:00Z");
            return rollout != 118
                    ? Optional.empty()
                    : Optional.of(new Curves.Curve(1, "copy-username", IntStream.range(0, 120)
                            .mapToObj(i -> point(begun.plusSeconds(10L * i), i)).toList(), 1200));
        }

        private static Curves.Point point(Instant at, int i) {
            boolean held = i > 50 && i < 75;
            return new Curves.Point(at, held ? 2_000 : 38_000 + i * 37 % 9_000, 400_000L * i,
                    held ? "Slowed down: replica lag" : "",
                    Map.of("Replica lag", held ? 0.95 : 0.1 + i % 7 / 50.0, "Lock waits", i % 30 == 0 ? 0.4 : 0.0));
        }
    }

    @Bean
    @Primary
    Plans fakePlans() {
        return standIn(Plans.class, new FakePlans());
    }

    @Bean
    @Primary
    Targets fakeTargets() {
        return standIn(Targets.class, new FakeTargets());
    }

    @Bean
    @Primary
    Environments fakeEnvironments() {
        return standIn(Environments.class, new FakeEnvironments());
    }

    static <T> T standIn(Class<T> door, Object actor) {
        ProxyFactory factory = new ProxyFactory();
        factory.setTargetSource(EmptyTargetSource.forClass(door));
        factory.setProxyTargetClass(true);
        factory.addAdvice((MethodInterceptor) call -> {
            try {
                return actor.getClass().getMethod(call.getMethod().getName(), call.getMethod().getParameterTypes())
                        .invoke(actor, call.getArguments());
            } catch (InvocationTargetException e) {
                throw e.getTargetException();
            }
        });
        return door.cast(factory.getProxy());
    }

    /** Environments with the usual policies. */
    public static class FakeEnvironments {
        public List<Environment> all() {
            return List.of(new Environment("staging", 1, Policy.withApprovals(1, 1, 1), 0),
                    new Environment("production", 2, strict(), 0));
        }

        private static Policy strict() {
            return new Policy(new Policy.Approvals(1, 2, 2),
                    List.of(new Policy.Window(EnumSet.range(DayOfWeek.MONDAY, DayOfWeek.THURSDAY), LocalTime.of(22, 0),
                            LocalTime.of(6, 0), ZoneId.of("Europe/Berlin"))),
                    Duration.ofMillis(100), Duration.ofMinutes(10), 20, true,
                    new Policy.Rehearsed("synthetic rows", Duration.ofDays(7)),
                    new Policy.Drift(null, List.of("index public.tmp_*", "* audit.*")), null);
        }

        public List<Environment> all(Actor actor) {
            return all();
        }

        public Environment get(Actor actor, String name) {
            return find(name).orElseThrow(() -> Problem.notFound("environment '" + name + "'"));
        }

        public Optional<Environment> find(String name) {
            return all().stream().filter(one -> one.name().equals(name)).findFirst();
        }
    }

    /** Databases in good health, limited, unreachable and never looked at. */
    public static class FakeTargets {
        public List<Target> all(Actor actor) {
            return actor.name().equals("newcomer")
                    ? List.of()
                    : IntStream.range(0, 14).mapToObj(FakeTargets::target).toList();
        }

        public Target get(Actor actor, String name) {
            return all(actor).stream().filter(one -> one.name().equals(name)).findFirst()
                    .orElseThrow(() -> Problem.notFound("target " + name));
        }

        private static Target target(int index) {
            String name = index == 0
                    ? "shop-canary"
                    : "shop-%s-%02d".formatted(List.of("eu", "us", "ap").get(index % 3),
                            index);
            Instant now = Instant.now();
            TargetIdentity identity = new TargetIdentity("db-%02d.internal.example.com".formatted(index), 5432,
                    name.replace('-', '_'), "7301234567890123456");
            TargetCheck check = index == 5
                    ? null
                    : new TargetCheck(index != 3, index == 3 ? null : "18.6", identity, items(index),
                            now.minus(Duration.ofMinutes(7 + index)));
            return new Target(name, EngineKind.POSTGRESQL, index < 2 ? "staging" : "production",
                    Map.of("fleet", "shop", "region", List.of("eu", "us", "ap").get(index % 3)),
                    "jdbc:postgresql://db-%02d.internal.example.com:5432/%s?sslmode=verify-full".formatted(index,
                            name.replace('-', '_')),
                    "rubicon", index == 2 ? "env:RUBICON_TARGET_SHOP" : "stored",
                    index == 2
                            ? Map.of("backfill.replicaLag", "10s", "backfill.probe",
                                    "SELECT total FROM orders WHERE customer_id = 4711 ORDER BY placed_at DESC "
                                            + "LIMIT 20",
                                    "pool", "pgbouncer in session mode")
                            : Map.of(),
                    check == null ? null : identity, check, now.minus(Duration.ofDays(40)), 1);
        }

        private static List<TargetCheck.Item> items(int index) {
            if (index == 3) {
                return List.of(new TargetCheck.Item("connect", TargetCheck.State.MISSING,
                        "the server refuses the connection: is it up, and does pg_hba.conf let this host in?"));
            }
            return List.of(new TargetCheck.Item("connect", TargetCheck.State.OK, "connected in 4 ms over TLS 1.3"),
                    new TargetCheck.Item("create-schema", TargetCheck.State.OK, "may create schema rubicon"),
                    new TargetCheck.Item("see-holders", index % 4 == 2
                            ? TargetCheck.State.LIMITED
                            : TargetCheck.State.OK,
                            index % 4 == 2
                                    ? "cannot see other sessions' queries: GRANT pg_read_all_stats TO rubicon"
                                    : "sees who holds a lock"));
        }
    }

    @Bean
    @Primary
    ReportDesk fakeReports() {
        return new ReportDesk() {
            @Override
            public void deployment(Actor actor, String application, String version, String environment,
                    boolean live) {
                ROLLOUTS.deeds.add("deployment " + application + " " + version + " " + live);
            }

            @Override
            public void backup(Actor actor, String target, Instant takenAt, String kind, String reference,
                    String evidence, @Nullable Instant restorableUntil) {
                ROLLOUTS.deeds.add("backup " + target + " " + kind + " " + evidence);
            }
        };
    }

    @Bean
    @Primary
    ReviewDesk fakeReviewDesk() {
        return new ReviewDesk() {
            @Override
            public List<Comment> comments(String plan, int revision) {
                return FakePlans.comments(plan);
            }

            @Override
            public void comment(Actor actor, String plan, int revision, @Nullable String step,
                    @Nullable String direction, String text, boolean changesRequested) {
                ROLLOUTS.deeds.add("comment " + step + " " + text);
            }

            @Override
            public void resolve(Actor actor, String plan, int revision, UUID comment) {
                ROLLOUTS.deeds.add("resolve " + comment);
            }

            @Override
            public void accept(Actor actor, String plan, int revision, String finding, String reason) {
                ROLLOUTS.deeds.add("accept " + finding);
            }
        };
    }

    @Bean
    @Primary
    TargetDesk fakeDesk() {
        return new TargetDesk() {
            @Override
            public void check(Actor actor, String target) {
                ROLLOUTS.deeds.add("check " + target);
            }

            @Override
            public void limits(Actor actor, String target, Map<String, @Nullable String> limits, long version) {
                if ("many".equals(limits.get("backfill.lockWaits"))) {
                    throw new Problem(ProblemType.INVALID_INPUT, "There is one thing wrong", Map.of("violations",
                            List.of(Map.of("pointer", "/settings/backfill.lockWaits", "message",
                                    "'backfill.lockWaits' is a whole number from 1, or off"))));
                }
                ROLLOUTS.deeds.add("limits %s %d %s %s".formatted(target, version, limits.get("backfill.replicaLag"),
                        limits.get("backfill.lockWaits")));
            }

            @Override
            public void register(Actor actor, String name, String environment, Map<String, String> labels, String url,
                    @Nullable String username, @Nullable String password, @Nullable String passwordRef) {
                throw new Problem(ProblemType.INVALID_INPUT, "The target cannot be registered", Map.of("violations",
                        List.of(Map.of("pointer", "/url", "message", "is no JDBC URL of PostgreSQL"))));
            }
        };
    }

    @Bean
    @Primary
    TrailReader fakeTrail() {
        Instant now = Instant.now();
        return (actor, who, action, subject, cursor) -> new TrailReader.Entries(IntStream.range(0, 12)
                .mapToObj(index -> new TrailReader.Entry(900L - index, now.minus(Duration.ofMinutes(index * 7L)),
                        index % 3 == 0 ? "approver" : "author", index % 4 == 1 ? "ci" : null,
                        index % 3 == 0 ? "phase.approved" : "plan.submitted", index % 3 == 0 ? "rollout" : "plan",
                        index % 3 == 0 ? "118" : "rename-username", index % 3 == 0 ? "production" : null,
                        "revision=3, digest=sha256:9f2c64b18d3c0b41d0a5f1f7a1c9c0d2e6c55f0b7be0d1a2b3c4d5e6f7a841ab",
                        index == 0 ? null : 800L - index))
                .toList(), "eyJpZCI6ODg5fQ");
    }

    /** The cookie says who asks; the content policy is that of the product. */
    @Bean
    @Order(0)
    SecurityFilterChain asTheCookieSays(HttpSecurity http) {
        return http.securityMatcher(request -> actor(request) != null)
                .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                .addFilterBefore(new ByCookie(), AuthorizationFilter.class)
                .headers(headers -> headers.contentSecurityPolicy(policy -> policy.policyDirectives(
                        "default-src 'self'; img-src 'self' data:; base-uri 'none'; object-src 'none'; "
                                + "form-action 'self'; frame-ancestors 'none'")))
                .build();
    }

    private static @Nullable Actor actor(HttpServletRequest request) {
        Cookie[] cookies = request.getCookies();
        return cookies == null
                ? null
                : Arrays.stream(cookies).filter(cookie -> cookie.getName().equals("as"))
                        .findFirst().map(cookie -> actor(cookie.getValue())).orElse(null);
    }

    private static Actor actor(String name) {
        Role role = Arrays.stream(Role.values()).filter(one -> one.name().toLowerCase(Locale.ROOT).equals(name))
                .findFirst().orElse(Role.VIEWER);
        return new Actor(name, null, Map.of(Actor.EVERYWHERE,
                role == Role.ADMIN ? Set.of(Role.ADMIN, Role.AUDITOR) : Set.of(role)), Set.of());
    }

    private static final class ByCookie extends OncePerRequestFilter {
        @Override
        protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                throws ServletException, IOException {
            Actor actor = actor(request);
            if (actor != null) {
                SecurityContextHolder.getContext().setAuthentication(UsernamePasswordAuthenticationToken
                        .authenticated(actor, null, AuthorityUtils.createAuthorityList("ROLE_USER")));
            }
            chain.doFilter(request, response);
        }
    }
}
