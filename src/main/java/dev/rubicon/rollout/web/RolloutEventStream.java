package dev.rubicon.rollout.web;

import dev.rubicon.rollout.RolloutEvents;
import dev.rubicon.rollout.RolloutView;
import dev.rubicon.rollout.Rollouts;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Presence;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * The events of a rollout, live. Every node reads the same table, so any node serves any stream; {@code id:} is the
 * event's number, and {@code Last-Event-ID} goes on behind it.
 */
@RestController
@RequestMapping("/api/v1/rollouts/{id}/events")
class RolloutEventStream {

    private static final Logger log = LoggerFactory.getLogger(RolloutEventStream.class);
    private static final int AT_ONCE = 500;
    private static final long EVERY_MILLIS = 250;
    private static final long HEARTBEAT_NANOS = Duration.ofSeconds(15).toNanos();
    /** The container mostly hears of a broken connection as soon as a write does. */
    private static final long HEARD_NANOS = Duration.ofSeconds(1).toNanos();
    /** Whose rights were taken away hears no more than this long after: a row or two per reader in that time. */
    private static final long TRUSTED_NANOS = Duration.ofSeconds(5).toNanos();

    private final Rollouts rollouts;
    private final RolloutEvents events;
    private final Presence presence;
    private final Set<Follower> open = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService ticks = Executors.newScheduledThreadPool(1,
            Thread.ofPlatform().daemon().name("event-streams").factory());

    RolloutEventStream(Rollouts rollouts, RolloutEvents events, Presence presence) {
        this.rollouts = rollouts;
        this.events = events;
        this.presence = presence;
    }

    /** @param after where to begin when there is no Last-Event-ID, which a browser cannot set on a first connection */
    @GetMapping(produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    SseEmitter follow(@AuthenticationPrincipal Actor actor, @PathVariable long id,
            @RequestHeader(name = "Last-Event-ID", required = false) @Nullable Long lastEventId,
            @RequestParam(required = false) @Nullable Long after, HttpServletRequest request,
            HttpServletResponse response) throws IOException {
        RolloutView view = rollouts.get(actor, id);
        Supplier<Optional<Actor>> reader = presence.of(request);
        response.setHeader("Cache-Control", "no-cache");
        response.setHeader("X-Accel-Buffering", "no");
        response.setContentType(MediaType.TEXT_EVENT_STREAM_VALUE);
        // else the first event would send the headers, from another thread, while the filters of this one still write them
        response.flushBuffer();
        long from = lastEventId != null ? lastEventId : after != null ? after : view.lastEvent();
        SseEmitter emitter = new SseEmitter(0L);
        Follower follower = new Follower(emitter, request, id, from,
                () -> reader.get().filter(now -> now.sees(view.environment())).isPresent());
        open.add(follower);
        var ticking = ticks.scheduleWithFixedDelay(() -> Thread.ofVirtual().start(follower::tick), 0, EVERY_MILLIS,
                TimeUnit.MILLISECONDS);
        emitter.onCompletion(() -> {
            ticking.cancel(false);
            open.remove(follower);
        });
        return emitter;
    }

    /** A stream never ends by itself: the server's shutdown would wait for it. Its readers come back to another node. */
    @EventListener(ContextClosedEvent.class)
    void close() {
        open.forEach(Follower::end);
        ticks.shutdown();
    }

    /** One reader of one rollout's events. */
    private final class Follower {

        private final SseEmitter emitter;
        private final HttpServletRequest request;
        private final long rollout;
        private final BooleanSupplier mayHear;
        private final ReentrantLock busy = new ReentrantLock();
        private long seen;
        private long sentAt;
        private long trustedAt = System.nanoTime();
        private volatile boolean broken;
        private long brokenAt;

        Follower(SseEmitter emitter, HttpServletRequest request, long rollout, long from, BooleanSupplier mayHear) {
            this.emitter = emitter;
            this.request = request;
            this.rollout = rollout;
            this.seen = from;
            this.mayHear = mayHear;
        }

        void tick() {
            if (!busy.tryLock()) {
                return;
            }
            try {
                if (broken) {
                    if (System.nanoTime() - brokenAt > HEARD_NANOS) {
                        letGo();
                    }
                    return;
                }
                if (!isTrusted()) {
                    // its reader comes back, and is told why not
                    emitter.complete();
                    return;
                }
                List<RolloutEvents.Event> more = events.after(rollout, seen, AT_ONCE);
                for (RolloutEvents.Event event : more) {
                    emitter.send(SseEmitter.event().id(String.valueOf(event.seq())).name(event.type())
                            .data(event.data(), MediaType.TEXT_PLAIN));
                    seen = event.seq();
                    sentAt = System.nanoTime();
                }
                if (System.nanoTime() - sentAt > HEARTBEAT_NANOS) {
                    // an event, for a browser hides comments; without a number, so that nobody goes on behind it
                    emitter.send(SseEmitter.event().name("heartbeat").data("{}", MediaType.TEXT_PLAIN));
                    sentAt = System.nanoTime();
                }
            } catch (IOException | IllegalStateException gone) {
                // the container ends the request; its answer is no longer ours, and may be another request's by now
                brokenAt = System.nanoTime();
                broken = true;
            } catch (RuntimeException fault) {
                unlessOver(() -> emitter.completeWithError(fault));
            } finally {
                busy.unlock();
            }
        }

        void end() {
            if (broken) {
                letGo();
            } else {
                unlessOver(emitter::complete);
            }
        }

        /**
         * An emitter whose write failed leaves it to the container to end the request. Once in a while the container does
         * not hear of it; the request would never end then, and the server's shutdown would wait for it.
         */
        private void letGo() {
            unlessOver(() -> request.getAsyncContext().complete());
        }

        /** The container may hear that a connection broke, and end the request, in this very moment. */
        private void unlessOver(Runnable ending) {
            try {
                ending.run();
            } catch (IllegalStateException over) {
                log.debug("The stream of rollout {} has ended meanwhile", rollout, over);
            }
        }

        private boolean isTrusted() {
            if (System.nanoTime() - trustedAt < TRUSTED_NANOS) {
                return true;
            }
            trustedAt = System.nanoTime();
            return mayHear.getAsBoolean();
        }
    }
}
