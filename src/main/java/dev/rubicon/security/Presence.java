package dev.rubicon.security;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.http.HttpHeaders;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.session.Session;
import org.springframework.session.SessionRepository;
import org.springframework.stereotype.Component;

/**
 * Asks anew who somebody is whose request goes on for long, like a stream of events: a session, a token, an account or a
 * role that was taken away meanwhile must not go on to count because it counted once.
 */
@Component
public class Presence {

    private static final String BEARER = "bearer ";

    private final SessionActors sessions;
    private final SessionRepository<? extends Session> stored;
    private final Tokens tokens;

    Presence(SessionActors sessions, SessionRepository<? extends Session> stored, Tokens tokens) {
        this.sessions = sessions;
        this.stored = stored;
        this.tokens = tokens;
    }

    /**
     * How to ask later, on any thread, who sent this request: with the roles they have by then, or nobody where they would
     * not be let in any more. Asked of on the thread of the request; each answer reads one or two rows.
     */
    public Supplier<Optional<Actor>> of(HttpServletRequest request) {
        String header = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (header == null) {
            HttpSession session = request.getSession(false);
            String id = session == null ? "" : session.getId();
            return () -> Optional.ofNullable(stored.findById(id)).flatMap(sessions::actor);
        }
        if (header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            String secret = header.substring(BEARER.length()).strip();
            return () -> tokens.actor(secret);
        }
        return SecurityContextHolder.getContext().getAuthentication() instanceof ActorAuthentication basic
                ? () -> sessions.stillGood(basic.getPrincipal().name(), basic.credentials())
                        .map(ActorAuthentication::getPrincipal)
                : Optional::empty;
    }
}
