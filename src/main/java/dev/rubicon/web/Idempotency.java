package dev.rubicon.web;

import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import dev.rubicon.security.Actor;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.TransactionOperations;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.ContentCachingResponseWrapper;

/**
 * {@code Idempotency-Key} on POST: the whole request runs in one transaction with the answer that is kept for the key, so
 * that both stand or fall together. A refusal rolls both back and may be tried again.
 * <p>
 * What looks at a target does so beside that transaction, with a connection of its own. So only some requests with a key
 * run at once: if each connection of the pool were in such a transaction, all would wait for another one.
 */
class Idempotency extends OncePerRequestFilter {

    private static final String HEADER = "Idempotency-Key";
    private static final Duration WAIT = Duration.ofSeconds(30);
    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,255}");
    private static final List<String> KEPT_HEADERS = List.of(HttpHeaders.LOCATION, HttpHeaders.ETAG,
            HttpHeaders.CONTENT_TYPE);

    private final IdempotentAnswers answers;
    private final TransactionOperations transactions;
    private final ProblemResolver problems;
    private final Semaphore places;

    /** @param atOnce how many requests with a key run at once; the rest wait, like for a connection */
    Idempotency(IdempotentAnswers answers, TransactionOperations transactions, ProblemResolver problems, int atOnce) {
        this.answers = answers;
        this.transactions = transactions;
        this.problems = problems;
        this.places = new Semaphore(Math.max(1, atOnce), true);
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return !request.getMethod().equals("POST") || request.getHeader(HEADER) == null;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Actor actor = actor();
        if (actor == null) {
            chain.doFilter(request, response);
            return;
        }
        ContentCachingResponseWrapper captured = new ContentCachingResponseWrapper(response);
        try {
            String key = key(request);
            RepeatableRequest repeatable = new RepeatableRequest(request);
            inPlace(() -> transactions.executeWithoutResult(
                    status -> once(actor.name(), key, repeatable, captured, chain, status)));
        } catch (Refused refused) {
            throw refused.servletException();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } catch (RuntimeException | BodyTooLarge e) {
            captured.reset();
            problems.resolveException(request, captured, null, e);
        }
        captured.copyBodyToResponse();
    }

    private void inPlace(Runnable request) {
        boolean taken = false;
        try {
            taken = places.tryAcquire(WAIT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException shutdown) {
            Thread.currentThread().interrupt();
        }
        if (!taken) {
            throw new Problem(ProblemType.CONFLICT,
                    "Too many requests with an Idempotency-Key are at work; nothing was done, try again with this key");
        }
        try {
            request.run();
        } finally {
            places.release();
        }
    }

    private void once(String actor, String key, RepeatableRequest request, ContentCachingResponseWrapper response,
            FilterChain chain, TransactionStatus status) {
        byte[] hash = hash(request);
        Optional<IdempotentAnswers.Answer> kept = answers.take(actor, key);
        if (kept.isPresent()) {
            replay(kept.get(), hash, response);
            return;
        }
        run(chain, request, response);
        if (response.getStatus() >= 400) {
            status.setRollbackOnly();
        } else if (!"no-store".equals(response.getHeader(HttpHeaders.CACHE_CONTROL))) {
            answers.keep(actor, key, new IdempotentAnswers.Answer(hash, response.getStatus(), headers(response),
                    response.getContentAsByteArray()));
        }
    }

    private static void run(FilterChain chain, RepeatableRequest request, ContentCachingResponseWrapper response) {
        try {
            chain.doFilter(request, response);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ServletException e) {
            throw new Refused(e);
        }
    }

    private static void replay(IdempotentAnswers.Answer answer, byte[] hash, HttpServletResponse response) {
        if (!answer.isTo(hash)) {
            throw new Problem(ProblemType.IDEMPOTENCY_KEY_REUSED,
                    "This Idempotency-Key came with another path or body within the last 24 hours; use a new key");
        }
        response.setStatus(answer.status());
        answer.headers().forEach(response::setHeader);
        response.setHeader("Idempotency-Replayed", "true");
        try {
            response.getOutputStream().write(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, String> headers(HttpServletResponse response) {
        Map<String, String> kept = new LinkedHashMap<>();
        for (String name : KEPT_HEADERS) {
            String value = name.equals(HttpHeaders.CONTENT_TYPE) ? response.getContentType() : response.getHeader(name);
            if (value != null) {
                kept.put(name, value);
            }
        }
        return kept;
    }

    private static byte[] hash(RepeatableRequest request) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            String head = request.getRequestURI() + "?" + request.getQueryString() + "\n" + request.getContentType()
                    + "\n";
            digest.update(head.getBytes(StandardCharsets.UTF_8));
            return digest.digest(request.body());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String key(HttpServletRequest request) {
        String key = request.getHeader(HEADER);
        if (!KEY.matcher(key).matches()) {
            throw new Problem(ProblemType.BAD_REQUEST,
                    "An Idempotency-Key is 1 to 255 visible ASCII characters, like a UUID");
        }
        return key;
    }

    private static @Nullable Actor actor() {
        Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
        return authentication != null && authentication.getPrincipal() instanceof Actor actor ? actor : null;
    }

    /** Carries a checked exception out of the transaction, which it rolls back. */
    private static final class Refused extends RuntimeException {
        private final ServletException cause;

        Refused(ServletException cause) {
            super(cause);
            this.cause = cause;
        }

        ServletException servletException() {
            return cause;
        }
    }
}
