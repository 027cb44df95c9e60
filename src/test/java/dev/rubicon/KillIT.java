package dev.rubicon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.testing.Api;
import dev.rubicon.testing.Fleet;
import dev.rubicon.testing.People;
import dev.rubicon.testing.Server;
import dev.rubicon.testing.TestPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/**
 * Rubicon killed with kill -9 in the middle of a crossing, three times in each: the next JVM goes on and ends right, each
 * step exactly once, each row changed exactly once. How many crossings: {@code -Drubicon.tests.kills=20}.
 */
class KillIT {

    private static final int ROWS = 60_000;
    private static final int KILLS = 3;
    private static final String ENDING = "-who-sees-it-die";

    @TempDir
    private Path folder;

    static Stream<Long> seeds() {
        return IntStream.range(0, Integer.getInteger("rubicon.tests.kills", 2)).mapToObj(i -> 4200L + i);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void endsRightWhereverItIsKilled(long seed) {
        Random random = new Random(seed);
        TestPostgres.Database control = TestPostgres.database();
        Server server = start(control);
        try {
            People.arrive(api(server), ENDING);
            Fleet fleet = new Fleet(api(server), "kill" + seed, 1, ROWS);
            fleet.submit(plan(fleet, seed));
            JsonNode rollout = fleet.open(fleet.plan(), Map.of("percent", 100));
            fleet.deployed("2.5.0", "live");
            fleet.backedUp();
            fleet.approve(rollout, 0).expect(201);
            fleet.approve(rollout, 1).expect(201);
            fleet.cross(rollout, 2);
            for (int kill = 0; kill < KILLS; kill++) {
                awaitMoreEvents(control, 1 + random.nextInt(12));
                server.kill();
                server = start(control);
            }
            new Check(fleet.through(api(server)), rollout.path("id").asLong(), dual(seed) ? 6 : 4).holds();
        } finally {
            server.close();
        }
    }

    /** Every other plan keeps the columns in step by a generated trigger, which is two steps more. */
    private static boolean dual(long seed) {
        return seed % 2 != 0;
    }

    private static String plan(Fleet fleet, long seed) {
        return dual(seed)
                ? fleet.renameUsername().replace("where: display_name IS NULL\n",
                        "where: display_name IS NULL\n          dualWrite: { from: username, to: display_name }\n")
                : fleet.renameUsername();
    }

    /** What must be so at the end, read from the target itself. */
    private record Check(Fleet fleet, long rollout, int effects) {

        void holds() {
            fleet.awaitState(rollout, "DONE");
            TestPostgres.Database target = fleet.database(fleet.names().getFirst());
            assertThat(target.value("SELECT count(*) || '|' || count(DISTINCT step) FROM rubicon.ledger"))
                    .as("effects in the ledger").isEqualTo(effects + "|" + effects);
            assertThat(target.value("SELECT count(*) FROM pg_proc WHERE proname LIKE 'zz_rubicon%'")).isEqualTo("0");
            assertThat(target.value("SELECT min(touched) || '|' || max(touched) FROM users"))
                    .as("times each row was changed").isEqualTo("1|1");
            assertThat(target.value("SELECT count(*) FROM users WHERE display_name = 'user' || id"))
                    .isEqualTo(String.valueOf(ROWS));
            assertThat(target.value("SELECT count(*) FROM pg_index WHERE NOT indisvalid")).isEqualTo("0");
            assertThat(target.value("SELECT count(*) FROM information_schema.columns"
                    + " WHERE table_name = 'users' AND column_name = 'username'")).isEqualTo("0");
            Awaitility.await("the end of all its sessions").until(() -> "0".equals(target.value("SELECT count(*)"
                    + " FROM pg_stat_activity WHERE application_name LIKE 'rubicon run/%'"
                    + " AND datname = current_database()")));
        }
    }

    private static Api api(Server server) {
        return server.api().withPasswordEnding(ENDING);
    }

    private Server start(TestPostgres.Database control) {
        return Server.start(folder, Map.of("spring.datasource.url", control.url(), "spring.datasource.username",
                control.user(), "spring.datasource.password", control.password(), "rubicon.home",
                folder.resolve("home").toString(), "rubicon.lease", "2s"),
                Map.of("RUBICON_ADMIN_PASSWORD", "admin" + ENDING));
    }

    private static void awaitMoreEvents(TestPostgres.Database control, int more) {
        long before = events(control);
        Awaitility.await().atMost(Duration.ofSeconds(180)).pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> events(control) >= before + more || ended(control));
    }

    private static long events(TestPostgres.Database control) {
        return Long.parseLong(java.util.Objects.requireNonNull(control.value("SELECT count(*) FROM rollout_event")));
    }

    private static boolean ended(TestPostgres.Database control) {
        return "DONE".equals(control.value("SELECT state FROM rollout"));
    }
}
