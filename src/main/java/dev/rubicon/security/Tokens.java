package dev.rubicon.security;

import dev.rubicon.paging.Cursor;
import dev.rubicon.paging.Page;
import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import dev.rubicon.problem.Violations;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * The door to the API tokens. A person makes tokens for nobody but themselves, and a token makes none: whoever opens a
 * rollout with a token counts as its owner when it comes to four eyes.
 */
@Component
public class Tokens {

    /** What every secret begins with, so that scanners of repositories find it. */
    static final String PREFIX = "rbc_";

    private static final Pattern SECRET = Pattern.compile(PREFIX + "[A-Za-z0-9_-]{43}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9 ._/@:-]{0,79}");
    private static final Duration LONGEST = Duration.ofDays(366);
    private static final Duration USE_NOTED_EVERY = Duration.ofMinutes(1);

    private final TokenRows rows;
    private final ApplicationEventPublisher events;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    Tokens(TokenRows rows, ApplicationEventPublisher events, Clock clock) {
        this.rows = rows;
        this.events = events;
        this.clock = clock;
    }

    /** Who acts with this secret now: nobody for one that is unknown, revoked or expired, or whose owner is disabled. */
    Optional<Actor> actor(String secret) {
        if (!SECRET.matcher(secret).matches()) {
            return Optional.empty();
        }
        Instant now = clock.instant();
        Optional<TokenRows.Holder> holder = rows.holder(hash(secret), now);
        holder.filter(found -> found.lastUsedAt() == null || found.lastUsedAt().plus(USE_NOTED_EVERY).isBefore(now))
                .ifPresent(found -> rows.used(found.id(), now));
        return holder.map(TokenRows.Holder::actor);
    }

    /** The actor's own tokens, or for who manages people everybody's; the newest first, revoked and expired ones too. */
    public Page<ApiToken> all(Actor actor, int limit, @Nullable String cursor) {
        String owner = actor.may(Permission.MANAGE_PEOPLE, Actor.EVERYWHERE) ? null : actor.name();
        Cursor from = Cursor.read("tokens", cursor, 2);
        return Page.of(from == null ? rows.newest(owner, limit + 1) : rows.before(owner, from, limit + 1), limit,
                token -> Cursor.of("tokens", micros(token.createdAt()), token.id()));
    }

    /** Makes a token; the answer is the only place where its secret ever stands. */
    @Transactional
    public IssuedToken create(Actor actor, NewToken asked) {
        if (actor.token() != null) {
            throw new Problem(ProblemType.FORBIDDEN, "A token makes no tokens; sign in as a person");
        }
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        Instant expires = Objects.requireNonNullElse(asked.expiresAt(), Instant.EPOCH).truncatedTo(ChronoUnit.MICROS);
        String name = Objects.requireNonNullElse(asked.name(), "");
        new Violations()
                .unless(NAME.matcher(name).matches(), "/name",
                        "A token's name is 1 to 80 letters, digits, blanks or . _ / @ : -")
                .unless(expires.isAfter(now) && !expires.isAfter(now.plus(LONGEST)), "/expiresAt",
                        "A token expires: within a year, and not in the past")
                .refuse();
        Set<Scope> scopes = EnumSet.of(Scope.READ);
        scopes.addAll(Objects.requireNonNullElse(asked.scopes(), Set.of()));
        ApiToken token = new ApiToken(UUID.randomUUID(), name, actor.name(), scopes, expires, now, null, null);
        String secret = secret();
        insert(token, secret);
        events.publishEvent(new AccessChanged(actor, "token.created", "token", token.id().toString(),
                Map.of("name", name, "scopes", scopes, "expiresAt", expires.toString())));
        return new IssuedToken(token, secret);
    }

    /** One of the actor's own, or of anybody's for who manages people; else the problem not-found. */
    public ApiToken get(Actor actor, UUID id) {
        return rows.find(id)
                .filter(found -> found.owner().equals(actor.name())
                        || actor.may(Permission.MANAGE_PEOPLE, Actor.EVERYWHERE))
                .orElseThrow(() -> Problem.notFound("token " + id));
    }

    /** Takes a token back, at once and for good; a second time changes nothing. */
    @Transactional
    public void revoke(Actor actor, UUID id) {
        ApiToken token = get(actor, id);
        if (actor.token() != null) {
            throw new Problem(ProblemType.FORBIDDEN, "A token revokes no tokens; sign in as a person");
        }
        if (rows.revoke(id, clock.instant())) {
            events.publishEvent(new AccessChanged(actor, "token.revoked", "token", id.toString(),
                    Map.of("name", token.name(), "owner", token.owner())));
        }
    }

    private void insert(ApiToken token, String secret) {
        try {
            rows.insert(token, hash(secret));
        } catch (DuplicateKeyException e) {
            throw new Problem(ProblemType.CONFLICT,
                    "You have a token '" + token.name() + "'; revoke it first, or choose another name");
        }
    }

    private String secret() {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** 256 random bits cannot be guessed from their hash, so a fast one is enough. */
    private static byte[] hash(String secret) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long micros(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }
}
