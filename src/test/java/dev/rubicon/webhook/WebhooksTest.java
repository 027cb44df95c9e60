package dev.rubicon.webhook;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.rubicon.registry.Sealing;
import dev.rubicon.rollout.RolloutEvents;
import dev.rubicon.security.Accounts;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Role;
import dev.rubicon.testing.ApiClient;
import dev.rubicon.testing.Ports;
import dev.rubicon.testing.RubiconTest;
import dev.rubicon.testing.SettableClock;
import dev.rubicon.verification.DriftMoved;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@RubiconTest
class WebhooksTest {

    private static final String SECRET = "whsec_known_to_the_receiver";
    private static final String PASSWORD = "a good password";
    private static final WebhookSettings OPEN = new WebhookSettings(true, true, Duration.ofSeconds(30),
            Duration.ofDays(30));

    @LocalServerPort
    int port;
    @Autowired
    WebhookRows webhooks;
    @Autowired
    DeliveryRows deliveries;
    @Autowired
    Upkeep upkeep;
    @Autowired
    Sealing sealing;
    @Autowired
    RolloutEvents rollouts;
    @Autowired
    ApplicationEventPublisher events;
    @Autowired
    TransactionOperations transactions;
    @Autowired
    Accounts accounts;
    @Autowired
    JdbcClient jdbc;
    @Autowired
    JsonMapper json;

    /** What the receiver got. */
    private record Request(String path, String signature, String body) {}

    /** Far ahead, so that the server's own upkeep finds nothing late. */
    private final SettableClock clock = new SettableClock(Instant.parse("2126-03-01T12:00:00Z"));
    private final List<Request> received = new CopyOnWriteArrayList<>();
    private IntSupplier answers = () -> 204;
    private String says = "";
    private HttpServer receiver;

    @BeforeEach
    void listen() throws IOException {
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/", exchange -> {
            received.add(new Request(exchange.getRequestURI().toString(),
                    exchange.getRequestHeaders().getFirst("Rubicon-Signature"),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
            exchange.getResponseHeaders().add("Location", "/elsewhere");
            int status = answers.getAsInt();
            byte[] body = says.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, status == 204 || body.length == 0 ? -1 : body.length);
            if (status != 204 && body.length > 0) {
                exchange.getResponseBody().write(body);
            }
            exchange.close();
        });
        receiver.start();
    }

    @AfterEach
    void stop() {
        receiver.stop(0);
        jdbc.sql("DELETE FROM webhook").update();
        jdbc.sql("DELETE FROM scheduled_tasks WHERE task_name = ? AND execution_time > now() + interval '1 year'")
                .param(Errand.TASK).update();
    }

    @Test
    void signsWhatItSends() throws GeneralSecurityException {
        long delivery = waiting(url("/hooks?team=db"));

        assertThat(courier(OPEN).carry(new Errand(delivery, 0))).isEmpty();

        assertThat(received).hasSize(1);
        Request request = received.getFirst();
        assertThat(request.path()).isEqualTo("/hooks?team=db");
        Matcher signature = Pattern.compile("t=(\\d+),v1=([0-9a-f]{64})").matcher(request.signature());
        assertThat(signature.matches()).isTrue();
        assertThat(Long.parseLong(signature.group(1))).isEqualTo(clock.instant().getEpochSecond());
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        mac.update((signature.group(1) + ".").getBytes(StandardCharsets.UTF_8));
        assertThat(HexFormat.of().formatHex(mac.doFinal(request.body().getBytes(StandardCharsets.UTF_8))))
                .isEqualTo(signature.group(2));
        JsonNode body = json.readTree(request.body());
        assertThat(body.path("type").asString()).isEqualTo("drift.found");
        assertThat(body.path("data").path("target").asString()).isEqualTo("täglich");
        Delivery done = delivery(delivery);
        assertThat(done.state()).isEqualTo(DeliveryState.DELIVERED);
        assertThat(body.path("id").asString()).isEqualTo(done.event().toString());
        assertThat(body.path("sequence").asLong()).isEqualTo(done.sequence());
        assertThat(done.status()).isEqualTo(204);
        assertThat(done.attempts()).isOne();
    }

    @Test
    void triesAgainLaterAndKeepsTheBeginningOfTheAnswer() {
        says = "out of order. ".repeat(1_000);
        answers = () -> received.size() < 3 ? 503 : 204;
        long delivery = waiting(url("/"));
        Courier courier = courier(OPEN);

        assertThat(courier.carry(new Errand(delivery, 0))).contains(Duration.ofSeconds(10));
        Delivery failed = delivery(delivery);
        assertThat(failed.state()).isEqualTo(DeliveryState.WAITING);
        assertThat(failed.status()).isEqualTo(503);
        assertThat(failed.excerpt()).startsWith("out of order.").hasSize(Post.EXCERPT);
        assertThat(failed.fault()).isEqualTo("it answered 503");
        assertThat(failed.nextTryAt()).isEqualTo(clock.instant().plusSeconds(10));
        clock.advance(Duration.ofSeconds(10));
        assertThat(courier.carry(new Errand(delivery, 0))).contains(Duration.ofSeconds(20));
        clock.advance(Duration.ofSeconds(20));
        assertThat(courier.carry(new Errand(delivery, 0))).isEmpty();

        assertThat(delivery(delivery).state()).isEqualTo(DeliveryState.DELIVERED);
        assertThat(delivery(delivery).attempts()).isEqualTo(3);
        assertThat(received.stream().map(Request::body).distinct()).hasSize(1);
        assertThat(received.stream().map(Request::signature).distinct()).hasSize(3);
        assertThat(courier.carry(new Errand(delivery, 0))).as("it is not sent twice").isEmpty();
        assertThat(received).hasSize(3);
    }

    @Test
    void givesUpAfterADayUntilSomebodyHasItSentAgain() {
        answers = () -> 500;
        long delivery = waiting(url("/"));
        Courier courier = courier(OPEN);
        var next = courier.carry(new Errand(delivery, 0));
        while (next.isPresent()) {
            clock.advance(next.get());
            next = courier.carry(new Errand(delivery, 0));
        }

        assertThat(delivery(delivery).state()).isEqualTo(DeliveryState.DEAD);
        assertThat(delivery(delivery).nextTryAt()).isNull();
        assertThat(Duration.between(Instant.parse("2126-03-01T12:00:00Z"), clock.instant()))
                .isBetween(Duration.ofHours(20), Duration.ofHours(24));
        int tries = received.size();
        assertThat(tries).isBetween(15, 30);
        answers = () -> 200;
        Errand again = deliveries.again(delivery, clock.instant()).orElseThrow();
        assertThat(courier.carry(new Errand(delivery, 0))).as("the task of the first asking").isEmpty();
        assertThat(received).hasSize(tries);
        assertThat(courier.carry(again)).isEmpty();
        assertThat(delivery(delivery).state()).isEqualTo(DeliveryState.DELIVERED);
        assertThat(delivery(delivery).attempts()).isEqualTo(tries + 1);
        assertThat(json.readTree(received.getLast().body()).path("id"))
                .isEqualTo(json.readTree(received.getFirst().body()).path("id"));
    }

    @Test
    void followsNoRedirect() {
        answers = () -> 302;
        long delivery = waiting(url("/here"));

        courier(OPEN).carry(new Errand(delivery, 0));

        assertThat(received).extracting(Request::path).containsExactly("/here");
        assertThat(delivery(delivery).fault()).isEqualTo("it answered 302, and redirects are not followed");
    }

    @Test
    void callsNeitherThisMachineNorWithoutTlsUnlessTheServerMay() {
        long delivery = waiting(url("/"));
        Duration timeout = Duration.ofSeconds(30);

        courier(new WebhookSettings(true, false, timeout, timeout)).carry(new Errand(delivery, 0));
        assertThat(delivery(delivery).fault()).contains("private network").contains("rubicon.webhooks.allow-private");
        courier(new WebhookSettings(false, true, timeout, timeout)).carry(new Errand(delivery, 0));
        assertThat(delivery(delivery).fault()).contains("not https");

        assertThat(received).isEmpty();
    }

    @Test
    void letsAReceiverThatSaysNothingGo() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            long delivery = waiting("http://localhost:" + silent.getLocalPort() + "/");

            courier(new WebhookSettings(true, true, Duration.ofMillis(200), Duration.ofDays(1)))
                    .carry(new Errand(delivery, 0));

            assertThat(delivery(delivery).fault()).startsWith("no answer within");
            assertThat(delivery(delivery).status()).isNull();
        }
    }

    /** The receiver begins a TLS record, and goes on with it a byte at a time: each read gets something in time. */
    @Test
    void letsAReceiverThatOnlyDripsGo() throws IOException {
        CountDownLatch over = new CountDownLatch(1);
        try (ServerSocket dripping = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> drip(dripping, over));
            long delivery = waiting("https://localhost:" + dripping.getLocalPort() + "/");

            courier(new WebhookSettings(true, true, Duration.ofMillis(500), Duration.ofDays(1)))
                    .carry(new Errand(delivery, 0));

            assertThat(delivery(delivery).fault()).startsWith("no answer within");
        } finally {
            over.countDown();
        }
    }

    private static void drip(ServerSocket server, CountDownLatch over) {
        try (Socket socket = server.accept()) {
            socket.getOutputStream().write(new byte[]{0x16, 3, 3, 0x40, 0});
            while (!over.await(50, MILLISECONDS)) {
                socket.getOutputStream().write(0);
            }
        } catch (IOException | InterruptedException e) {
            Thread.interrupted(); // the other side has gone
        }
    }

    @Test
    void letsAReceiverThatDoesNotReadGo() throws IOException {
        try (ServerSocket deaf = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Post post = new Post(new WebhookSettings(true, true, Duration.ofMillis(500), Duration.ofDays(1)));
            URI url = URI.create("http://localhost:" + deaf.getLocalPort() + "/");

            assertThatThrownBy(() -> post.send(url, Map.of(), "x".repeat(16_000_000)))
                    .isInstanceOf(Post.Unsent.class).hasMessageStartingWith("no answer within");
        }
    }

    @Test
    void asksForPathsInAscii() {
        courier(OPEN).carry(new Errand(waiting(url("/tägliche?wer=é")), 0));

        assertThat(received.getFirst().path()).isEqualTo("/t%C3%A4gliche?wer=%C3%A9");
    }

    @Test
    void namesAFewOfManyDifferences() {
        UUID mine = webhook(url("/"), List.of(EventType.DRIFT_FOUND, EventType.DRIFT_ENDED), List.of("staging"));
        List<String> many = IntStream.range(0, 5_000).mapToObj(i -> "table public.t" + i).toList();

        transactions.executeWithoutResult(status -> {
            events.publishEvent(new DriftMoved("sett-" + UUID.randomUUID(), "staging", many, many));

            assertThat(all(mine)).hasSize(2);
            for (Delivery each : all(mine)) {
                JsonNode data = json.readTree(deliveries.waiting(new Errand(each.id(), 0)).orElseThrow().data());
                assertThat(data.path("objects").size()).isEqualTo(20);
                assertThat(data.path("count").asInt()).isEqualTo(5_000);
            }
            status.setRollbackOnly();
        });
    }

    @Test
    void saysWhenNobodyListens() {
        long delivery = waiting("http://localhost:" + Ports.free() + "/");

        courier(OPEN).carry(new Errand(delivery, 0));

        assertThat(delivery(delivery).fault()).startsWith("ConnectException");
    }

    @Test
    void writesEventsDownInTheTransactionInWhichTheyHappen() {
        UUID mine = webhook(url("/"), List.of(EventType.DRIFT_FOUND), List.of("staging"));
        UUID other = webhook(url("/"), List.of(EventType.DRIFT_ENDED), List.of());
        DriftMoved found = new DriftMoved("sett-" + UUID.randomUUID(), "staging", List.of("table public.x"),
                List.of());

        transactions.executeWithoutResult(status -> {
            events.publishEvent(found);
            status.setRollbackOnly();
        });
        assertThat(all(mine)).isEmpty();
        transactions.executeWithoutResult(status -> events.publishEvent(found));
        transactions.executeWithoutResult(status -> events.publishEvent(
                new DriftMoved(found.target(), "production", List.of("table public.x"), List.of())));

        assertThat(all(mine)).hasSize(1);
        assertThat(all(mine).getFirst().environment()).isEqualTo("staging");
        assertThat(all(other)).isEmpty();
    }

    @Test
    void tellsOfRolloutsWhatWasAskedFor() {
        UUID mine = webhook(url("/"), List.of(EventType.PHASE_DECISION, EventType.RUN_FAILED), List.of());

        transactions.executeWithoutResult(status -> {
            String plan = "sett-" + UUID.randomUUID();
            jdbc.sql("INSERT INTO plan VALUES (?, now(), 'ada')").param(plan).update();
            jdbc.sql("INSERT INTO plan_revision VALUES (?, 1, ?, '{}', '', 'application/yaml', '{}', 'ada', now())")
                    .params(plan, plan).update();
            long rollout = jdbc.sql("""
                    INSERT INTO rollout (plan, revision, environment, digest, frozen, start_phases, state,
                                         submitted_by, opened_by, opened_at)
                    VALUES (?, 1, 'staging', '', '{}', 'auto', 'DONE', 'ada', 'bob', now()) RETURNING id
                    """).param(plan).query(Long.class).single();
            rollouts.append(rollout, "phase.decision", Map.of("phase", 0, "decision", "APPROVE", "by", "ada"));
            rollouts.append(rollout, "phase.state", Map.of("phase", 0, "state", "RUNNING"));
            rollouts.append(rollout, "run.state", Map.of("phase", 0, "target", "t", "state", "RUNNING"));
            rollouts.append(rollout, "run.state", Map.of("phase", 0, "target", "t", "state", "FAILED"));

            assertThat(all(mine)).extracting(Delivery::type).containsExactly("run.failed", "phase.decision");
            assertThat(deliveries.waiting(new Errand(all(mine).getLast().id(), 0)).orElseThrow().data()).contains(plan)
                    .contains("\"by\": \"ada\"").contains("rolloutSequence");
            status.setRollbackOnly(); // no such plan is to be met by others
        });
    }

    @Test
    void isForThoseWhoAdministerEverythingAlone() {
        UUID id = webhook(url("/"), List.of(EventType.DRIFT_FOUND), List.of());
        ApiClient operator = as(Map.of(Actor.EVERYWHERE, EnumSet.of(Role.OPERATOR, Role.AUDITOR),
                "staging", Set.of(Role.ADMIN)));

        assertThat(operator.get("/api/v1/webhooks").status()).isEqualTo(403);
        assertThat(operator.post("/api/v1/webhooks", body("x", "https://example.com/")).status()).isEqualTo(403);
        assertThat(operator.get("/api/v1/webhooks/" + id).status()).isEqualTo(404);
        assertThat(operator.get("/api/v1/webhooks/" + id + "/deliveries").status()).isEqualTo(404);
        assertThat(operator.with("If-Match", "\"0\"").delete("/api/v1/webhooks/" + id).status()).isEqualTo(404);
        assertThat(operator.post("/api/v1/webhooks/" + id + "/ping", "{}").status()).isEqualTo(404);
    }

    @Test
    void makesAWebhookWhoseSecretStandsNowhereElse() {
        ApiClient admin = admin();
        String name = "sett-" + UUID.randomUUID();

        var made = admin.with("Idempotency-Key", name).post("/api/v1/webhooks", body(name, "https://example.com/x"));
        assertThat(made.status()).isEqualTo(201);
        assertThat(made.header("Cache-Control")).isEqualTo("no-store");
        String secret = made.json().path("secret").asString();
        assertThat(secret).startsWith("whsec_").hasSizeGreaterThan(40);
        String path = made.header("Location");
        assertThat(admin.get("/api/v1/webhooks").body()).contains(name).doesNotContain(secret);
        assertThat(admin.get(path).body()).doesNotContain(secret).doesNotContain("\"secret\"");
        for (String table : List.of("audit_entry", "webhook")) {
            assertThat(jdbc.sql("SELECT count(*) FROM " + table + " t WHERE t::text LIKE '%' || ? || '%'")
                    .param(secret).query(Integer.class).single()).as(table).isZero();
        }
        assertThat(jdbc.sql("SELECT count(*) FROM idempotent_answer WHERE key = ?").param(name).query(Integer.class)
                .single()).isZero();
        assertThat(admin.post("/api/v1/webhooks", body(name, "https://example.com/x")).problem()).isEqualTo("conflict");
        assertThat(admin.delete(path).problem()).isEqualTo("precondition-required");
        assertThat(admin.with("If-Match", made.header("ETag")).delete(path).status()).isEqualTo(204);
        assertThat(admin.get(path).status()).isEqualTo(404);
    }

    @Test
    void refusesUrlsThatItWouldNotCall() {
        for (String url : List.of("http://example.com/", "ftp://example.com/", "https://", "https://a:b@example.com/",
                "https://example.com/#part", "nonsense", "file:///etc/passwd")) {
            var answer = admin().post("/api/v1/webhooks", body("sett", url));
            assertThat(answer.status()).as(url).isEqualTo(422);
            assertThat(answer.json().path("violations").path(0).path("pointer").asString()).isEqualTo("/url");
        }
        assertThat(admin().post("/api/v1/webhooks", body("sett", "https://example.com/").replace("drift.found", "ping"))
                .status()).isEqualTo(422);
    }

    @Test
    void refusesListsWithGaps() {
        String whole = body("sett", "https://example.com/");
        var events = admin().post("/api/v1/webhooks", whole.replace("\"drift.found\",", "\"drift.found\",null,"));
        var environments = admin().post("/api/v1/webhooks", whole.replace("{", "{\"environments\":[null],"));

        assertThat(events.status()).isEqualTo(422);
        assertThat(events.json().at("/violations/0/pointer").asString()).isEqualTo("/events/1");
        assertThat(environments.status()).isEqualTo(422);
        assertThat(environments.json().at("/violations/0/pointer").asString()).isEqualTo("/environments/0");
    }

    @Test
    void carriesAPingOutAndSendsItAgainWhenAsked() {
        ApiClient admin = admin();
        String path = admin.post("/api/v1/webhooks", body("sett-" + UUID.randomUUID(), "https://localhost:1/"))
                .header("Location");

        assertThat(admin.post(path + "/ping", "{}").status()).isEqualTo(202);
        assertThat(jdbc.sql("SELECT count(*) FROM audit_entry WHERE action = 'webhook.pinged' AND subject_id = ?")
                .param(path.substring(path.lastIndexOf('/') + 1)).query(Integer.class).single()).isOne();
        await().atMost(60, SECONDS).until(() -> admin.get(path + "/deliveries").json().path("items").path(0)
                .path("attempts").asInt() > 0);
        JsonNode tried = admin.get(path + "/deliveries?state=WAITING").json().path("items").path(0);
        assertThat(tried.path("fault").asString()).contains("private network");
        assertThat(tried.path("nextTryAt").asString()).isNotEmpty();
        int attempts = tried.path("attempts").asInt();

        String again = path + "/deliveries/" + tried.path("id").asLong() + "/redeliver";
        assertThat(admin.post(again, "{}").status()).isEqualTo(202);
        await().atMost(60, SECONDS).until(() -> admin.get(path + "/deliveries").json().path("items").path(0)
                .path("attempts").asInt() > attempts);
        assertThat(admin.post(path + "/deliveries/9999999/redeliver", "{}").status()).isEqualTo(404);
    }

    @Test
    void doesNotHoldUpOthersWhileAWebhookIsDeleted() {
        UUID gone = webhook(url("/"), List.of(EventType.DRIFT_FOUND), List.of("staging"));
        UUID stays = webhook(url("/"), List.of(EventType.DRIFT_FOUND), List.of("staging"));
        DriftMoved found = new DriftMoved("sett-" + UUID.randomUUID(), "staging", List.of("table public.x"),
                List.of());
        ApiClient admin = admin();

        transactions.executeWithoutResult(status -> {
            webhooks.delete(gone);
            CompletableFuture.runAsync(() -> transactions.executeWithoutResult(other -> events.publishEvent(found)))
                    .orTimeout(60, SECONDS).join();
            assertThat(admin.post("/api/v1/webhooks/" + gone + "/ping", "{}").status()).isEqualTo(404);
        });

        assertThat(all(stays)).hasSize(1);
        assertThat(all(gone)).isEmpty();
    }

    @Test
    void isDeletedWithAllItsDeliveries() {
        UUID id = webhook(url("/"), List.of(EventType.DRIFT_FOUND), List.of("nowhere"));
        manyOld(id, "drift.found");

        assertThat(admin().with("If-Match", "\"0\"").delete("/api/v1/webhooks/" + id).status()).isEqualTo(204);

        assertThat(all(id)).isEmpty();
        assertThat(webhooks.find(id)).isEmpty();
    }

    @Test
    void forgetsAllThatEndedLongAgo() {
        UUID id = webhook(url("/"), List.of(EventType.DRIFT_FOUND), List.of("nowhere"));
        manyOld(id, "drift.found");
        Instant before = Instant.now().minus(Duration.ofDays(5));

        upkeep.forget(before);

        assertThat(all(id)).isEmpty();
        assertThat(deliveries.forgetEvents(before)).isZero();
    }

    @Test
    void doesNotHoldUpAWebhookBehindTheReceiverOfAnother() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            UUID dead = webhook("http://localhost:" + silent.getLocalPort() + "/", List.of(EventType.DRIFT_FOUND),
                    List.of("nowhere"));
            long first = waiting(dead);
            long second = waiting(dead);
            Courier courier = courier(OPEN);
            CompletableFuture<Optional<Duration>> stuck = CompletableFuture
                    .supplyAsync(() -> courier.carry(new Errand(first, 0)), Thread::startVirtualThread);
            try (Socket asked = silent.accept()) {
                long other = waiting(url("/"));

                assertThat(courier.carry(new Errand(other, 0))).isEmpty();
                assertThat(courier.carry(new Errand(second, 0))).as("its own has no room").contains(
                        Duration.ofSeconds(20));

                assertThat(stuck).isNotDone();
                assertThat(asked.isConnected()).isTrue();
                assertThat(delivery(other).state()).isEqualTo(DeliveryState.DELIVERED);
                assertThat(delivery(second).attempts()).isZero();
                assertThat(delivery(second).fault()).isNull();
            }
            assertThat(stuck.orTimeout(60, SECONDS).join()).contains(Duration.ofSeconds(10));
            silent.close();
            assertThat(courier.carry(new Errand(second, 0))).as("there is room again").contains(Duration.ofSeconds(10));
        }
    }

    @Test
    void letsItBeSentAgainWhileItIsBeingSent() {
        long delivery = waiting(url("/"));
        answers = () -> {
            if (received.size() == 1) {
                deliveries.again(delivery, clock.instant());
                return 500;
            }
            return 204;
        };
        Courier courier = courier(OPEN);

        assertThat(courier.carry(new Errand(delivery, 0))).as("the other asking carries it now").isEmpty();
        assertThat(delivery(delivery).state()).isEqualTo(DeliveryState.WAITING);
        assertThat(courier.carry(new Errand(delivery, 1))).isEmpty();

        assertThat(delivery(delivery).state()).isEqualTo(DeliveryState.DELIVERED);
    }

    @Test
    void dispatchesAnewWhatNoTaskCarries() {
        long delivery = waiting(url("/"));

        upkeep.sweep(clock.instant().plus(Duration.ofMinutes(4)));
        assertThat(tasks(delivery)).isZero();
        upkeep.sweep(clock.instant().plus(Duration.ofMinutes(6)));
        upkeep.sweep(clock.instant().plus(Duration.ofMinutes(7)));

        assertThat(tasks(delivery)).isOne();
    }

    @Test
    void showsEventsThatANewerNodeWrote() {
        UUID id = webhook(url("/"), List.of(EventType.DRIFT_FOUND), List.of("nowhere"));
        manyOld(id, "moon.eclipsed");

        JsonNode newest = admin().get("/api/v1/webhooks/" + id + "/deliveries").json().path("items").path(0);

        assertThat(newest.path("type").asString()).isEqualTo("moon.eclipsed");
    }

    private int tasks(long delivery) {
        return jdbc.sql("SELECT count(*) FROM scheduled_tasks WHERE task_name = ? AND task_instance = ?")
                .params(Errand.TASK, delivery + "/0").query(Integer.class).single();
    }

    /** More than two batches, each given up ten days ago, which the server itself keeps on record. */
    private void manyOld(UUID webhook, String type) {
        jdbc.sql("""
                WITH written AS (
                    INSERT INTO webhook_event (id, at, type, environment, data)
                    SELECT gen_random_uuid(), now() - interval '10 days', ?, 'nowhere', '{}' FROM generate_series(1, 2100)
                    RETURNING sequence)
                INSERT INTO webhook_delivery (webhook, event, state, asked_at, tried_at)
                SELECT ?, sequence, 'DEAD', now() - interval '10 days', now() - interval '10 days' FROM written
                """).params(type, webhook).update();
    }

    private long waiting(String url) {
        return waiting(webhook(url, List.of(EventType.DRIFT_FOUND), List.of("nowhere")));
    }

    private long waiting(UUID webhook) {
        long event = deliveries.insertEvent(UUID.randomUUID(), EventType.DRIFT_FOUND, "staging", clock.instant(),
                "{\"target\":\"täglich\"}");
        return deliveries.insert(webhook, event, clock.instant());
    }

    private UUID webhook(String url, List<EventType> types, List<String> environments) {
        UUID id = UUID.randomUUID();
        webhooks.insert(new Webhook(id, "sett-" + id, url, types, environments, "ada", clock.instant()),
                sealing.seal(Webhook.owner(id), SECRET));
        return id;
    }

    private Courier courier(WebhookSettings settings) {
        return new Courier(webhooks, deliveries, sealing, new Post(settings), json, clock, () -> 0.5, 1);
    }

    private Delivery delivery(long id) {
        UUID webhook = jdbc.sql("SELECT webhook FROM webhook_delivery WHERE id = ?").param(id).query(UUID.class)
                .single();
        return deliveries.find(webhook, id).orElseThrow();
    }

    private List<Delivery> all(UUID webhook) {
        return deliveries.before(webhook, null, Long.MAX_VALUE, 100);
    }

    private String url(String path) {
        return "http://localhost:" + receiver.getAddress().getPort() + path;
    }

    private static String body(String name, String url) {
        return "{\"name\":\"%s\",\"url\":\"%s\",\"events\":[\"drift.found\",\"rollout.state\"]}".formatted(name, url);
    }

    private ApiClient admin() {
        return as(Map.of(Actor.EVERYWHERE, EnumSet.allOf(Role.class)));
    }

    private ApiClient as(Map<String, Set<Role>> roles) {
        String name = "sett-" + UUID.randomUUID();
        accounts.seed(name, "", PASSWORD, roles);
        return ApiClient.on(port).as(name, PASSWORD);
    }
}
