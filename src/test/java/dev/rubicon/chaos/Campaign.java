package dev.rubicon.chaos;

import dev.rubicon.faults.Cluster;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Executors;

/** Many crossings at once over one cluster of two nodes, while it is broken again and again. */
final class Campaign {

    static final int SERVERS = 2;
    private static final int NODES = 2;

    private final long seed;
    private final int crossings;
    private final int atOnce;
    private final boolean stopAtFirst;

    private Campaign(long seed, int crossings, int atOnce, boolean stopAtFirst) {
        this.seed = seed;
        this.crossings = crossings;
        this.atOnce = atOnce;
        this.stopAtFirst = stopAtFirst;
    }

    /**
     * What came of a campaign.
     *
     * @param attempts how many attempts of steps came to which outcome: how often faults hit the work
     * @param wrong of the faults and of the campaign as a whole
     */
    record Outcome(long seed, List<Crossing.Result> crossings, Map<Faults.Kind, Integer> faults,
            Map<String, Long> attempts, List<String> wrong, Duration took) {}

    /**
     * A campaign as the options say it: {@code -Drubicon.chaos.seed}, {@code .crossings}, {@code .parallel}, and
     * {@code .stop}, which begins nothing new after the first crossing with something wrong.
     */
    static Campaign ofOptions(long seed, int crossings) {
        return new Campaign(Long.getLong("rubicon.chaos.seed", seed),
                Integer.getInteger("rubicon.chaos.crossings", crossings),
                Integer.getInteger("rubicon.chaos.parallel", 8), Boolean.getBoolean("rubicon.chaos.stop"));
    }

    Outcome run(Path folder) {
        Instant began = Instant.now();
        try (Cluster cluster = new Cluster(folder, SERVERS, NODES)) {
            Door door = new Door(cluster);
            List<Place> servers = new ArrayList<>();
            for (int i = 0; i < SERVERS; i++) {
                servers.add(new Place("jdbc:postgresql://localhost:%d/postgres".formatted(cluster.targetServer(i)
                        .port()), "postgres", "postgres"));
            }
            List<Crossing.Result> results = new ArrayList<>();
            List<String> wrong = new ArrayList<>();
            Faults faults = new Faults(cluster, servers, seed);
            try (faults; var threads = Executors.newFixedThreadPool(atOnce)) {
                cross(cluster, door, new ExecutorCompletionService<>(threads), results);
            }
            wrong.addAll(faults.wrong());
            wrong.addAll(trail(door));
            return new Outcome(seed, results, faults.done(), attempts(cluster), wrong,
                    Duration.between(began, Instant.now()));
        }
    }

    private void cross(Cluster cluster, Door door, ExecutorCompletionService<Crossing.Result> running,
            List<Crossing.Result> results) {
        int begun = 0;
        boolean stop = false;
        while (results.size() < begun || begun < crossings && !stop) {
            while (begun - results.size() < atOnce && begun < crossings && !stop) {
                running.submit(new Crossing(door, cluster, SERVERS, seed + begun));
                begun++;
            }
            Crossing.Result result = next(running);
            results.add(result);
            System.out.printf("%tT %d of %d: seed %d %s %s%n", System.currentTimeMillis(), results.size(), crossings,
                    result.seed(), result.state(), result.wrong().isEmpty() ? "" : result.wrong());
            if (!result.wrong().isEmpty()) {
                System.out.println(Summary.failure(result));
                stop |= stopAtFirst;
            }
        }
    }

    private static Crossing.Result next(ExecutorCompletionService<Crossing.Result> running) {
        try {
            return running.take().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private static Map<String, Long> attempts(Cluster cluster) {
        return Persistence.persist("count attempts", () -> {
            Map<String, Long> counted = new TreeMap<>();
            try (Connection control = new Place("jdbc:postgresql://localhost:%d/rubicon".formatted(cluster.control()
                    .port()), "postgres", "postgres").connect("chaos")) {
                Place.rows(control, "SELECT coalesce(outcome, 'open'), count(*) FROM attempt GROUP BY 1")
                        .forEach(row -> counted.put(row.get(0), Long.valueOf(row.get(1))));
            }
            return counted;
        });
    }

    /** The chain of the trail holds over all that was broken. */
    private static List<String> trail(Door door) {
        var verified = door.post("admin", "/audit/verifications", Map.of());
        return verified.status() == 200 && verified.body().path("intact").asBoolean()
                ? List.of()
                : List.of("the audit trail does not verify: " + verified);
    }
}
