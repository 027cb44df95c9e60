package dev.rubicon.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LossCountsTest {

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final AtomicInteger queries = new AtomicInteger();
    private final LossCounts counts = new LossCounts(new Clock() {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    });

    private LossCounts.Count count(String target, @Nullable Long answer) {
        return counts.of(7, target, "add-name", () -> {
            queries.incrementAndGet();
            return new LossCounts.Answer(answer, null);
        });
    }

    @Test
    void countsOnceForAllWhoLookWithinTheTime() {
        Instant first = now;
        assertThat(count("shop", 31L)).isEqualTo(new LossCounts.Count(new LossCounts.Answer(31L, null), first));
        now = now.plus(LossCounts.FRESH);
        assertThat(count("shop", 40L)).isEqualTo(new LossCounts.Count(new LossCounts.Answer(31L, null), first));
        assertThat(queries).hasValue(1);

        now = now.plusMillis(1);
        assertThat(count("shop", 40L)).isEqualTo(new LossCounts.Count(new LossCounts.Answer(40L, null), now));
        assertThat(queries).hasValue(2);
    }

    @Test
    void countsOnEachTargetForItself() {
        assertThat(count("shop", 31L).answer().rows()).isEqualTo(31);
        assertThat(count("other", 2L).answer().rows()).isEqualTo(2);
    }

    @Test
    void asksNotAgainAtOnceWhatCouldNotBeCounted() {
        assertThat(count("shop", null).answer().rows()).isNull();
        assertThat(count("shop", null).answer().rows()).isNull();
        assertThat(queries).hasValue(1);
    }

    @Test
    void letsOneAtATimeCountOnATarget() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<LossCounts.Count> slow = threads.submit(() -> counts.alone("shop", () -> counts.of(7, "shop",
                    "add-name", () -> {
                        begun.countDown();
                        waitFor(go);
                        return new LossCounts.Answer((long) queries.incrementAndGet(), null);
                    })));
            begun.await();
            List<Future<LossCounts.Count>> others = IntStream.range(0, 9)
                    .mapToObj(i -> threads.submit(() -> counts.alone("shop", () -> count("shop", 99L)))).toList();
            assertThat(counts.alone("other", () -> count("other", 2L)).answer().rows()).as("waits for no other target")
                    .isEqualTo(2);
            go.countDown();
            @Nullable
            Long counted = slow.get().answer().rows();
            for (Future<LossCounts.Count> other : others) {
                assertThat(other.get().answer().rows()).isEqualTo(counted);
            }
        }
        assertThat(queries).hasValue(2);
    }

    private static void waitFor(CountDownLatch go) {
        try {
            go.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
