package dev.rubicon.engine.postgres;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;
import run.endive.wasm.WasmEngineException;

/**
 * The grammar for all threads: a small pool of platform threads whose stack is deep enough for nested SQL, each with one
 * {@link PgQuery} of its own. Threads and instances (34 MB each) begin with the first question and go when idle.
 */
@Component
class Grammar {

    private static final int FEWEST_THREADS = 2;
    private static final int MOST_THREADS = 4;
    private static final long STACK = 16L << 20;
    private static final long TOO_LARGE = 64L << 20;
    private static final Duration IDLE = Duration.ofMinutes(5);

    private final ThreadLocal<@Nullable PgQuery> own = new ThreadLocal<>();
    private final ThreadPoolExecutor threads;
    private final Duration limit;

    @Autowired
    Grammar() {
        this(Duration.ofSeconds(20));
    }

    /** @param limit the longest that one question may take, its wait for a thread included */
    Grammar(Duration limit) {
        this.limit = limit;
        int count = Math.clamp(Runtime.getRuntime().availableProcessors(), FEWEST_THREADS, MOST_THREADS);
        this.threads = new ThreadPoolExecutor(count, count, IDLE.toSeconds(), TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().name("grammar-", 0).daemon(true).stackSize(STACK).factory());
        threads.allowCoreThreadTimeOut(true);
    }

    /** The grammar could not cope with a text: too long, too deep, or too slow. */
    static final class Overtaxed extends RuntimeException {
        Overtaxed(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * Asks on a thread of the pool.
     *
     * @throws PgQuery.SyntaxException when the text is not SQL
     * @throws Overtaxed when the time is over or the text too large or too deep
     */
    <T> T ask(Function<PgQuery, T> question) {
        Future<T> answer = threads.submit((Callable<T>) () -> answer(question));
        try {
            return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new Overtaxed("The text could not be parsed within " + limit.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new Overtaxed("Parsing was interrupted", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof PgQuery.SyntaxException syntax) {
                throw syntax;
            }
            throw new Overtaxed(why(e.getCause()), e.getCause());
        }
    }

    private static String why(@Nullable Throwable cause) {
        boolean deep = cause instanceof StackOverflowError
                || cause instanceof WasmEngineException && String.valueOf(cause.getMessage()).contains("stack");
        return deep
                ? "The text is too deeply nested for the grammar"
                : "The text is too long or too complicated for the grammar";
    }

    private <T> T answer(Function<PgQuery, T> question) {
        PgQuery instance = own.get();
        if (instance == null) {
            instance = new PgQuery();
        }
        own.remove();
        T answer;
        try {
            answer = question.apply(instance);
        } catch (PgQuery.SyntaxException e) {
            keep(instance);
            throw e;
        }
        keep(instance);
        return answer;
    }

    private void keep(PgQuery instance) {
        if (instance.memoryInBytes() <= TOO_LARGE) {
            own.set(instance);
        }
    }
}
