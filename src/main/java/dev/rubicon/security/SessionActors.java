package dev.rubicon.security;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.Serializable;
import java.util.Optional;
import org.springframework.http.HttpHeaders;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.security.web.context.HttpRequestResponseHolder;
import org.springframework.security.web.context.SecurityContextRepository;
import org.springframework.session.Session;
import org.springframework.stereotype.Component;

/**
 * Keeps in the session who signed in, and nothing of what they may do: account and roles are read anew for each request,
 * so that a role taken away counts at once. A session is over when its account is disabled or got a new password.
 */
@Component
class SessionActors implements SecurityContextRepository {

    private static final String SIGNED_IN = "rubicon.signed-in";

    private final AccountRows rows;

    SessionActors(AccountRows rows) {
        this.rows = rows;
    }

    /** Who signed in, and with which of their passwords. */
    private record SignedIn(String name, long credentials) implements Serializable {}

    /**
     * Whether the request rests on its cookie alone. One with an Authorization header does not: its credentials are
     * good or refused, and no session steps in for them.
     */
    static boolean restsOnCookie(HttpServletRequest request) {
        return request.getHeader(HttpHeaders.AUTHORIZATION) == null && signedIn(request).isPresent();
    }

    @Override
    @SuppressWarnings("deprecation") // the interface's deferred form is built on this one
    public SecurityContext loadContext(HttpRequestResponseHolder holder) {
        HttpServletRequest request = holder.getRequest();
        if (request.getHeader(HttpHeaders.AUTHORIZATION) != null) {
            return new SecurityContextImpl();
        }
        return signedIn(request).flatMap(this::stillGood).<SecurityContext>map(SecurityContextImpl::new)
                .orElseGet(SecurityContextImpl::new);
    }

    @Override
    public void saveContext(SecurityContext context, HttpServletRequest request, HttpServletResponse response) {
        if (context.getAuthentication() instanceof ActorAuthentication signedIn) {
            request.getSession().setAttribute(SIGNED_IN,
                    new SignedIn(signedIn.getPrincipal().name(), signedIn.credentials()));
        } else {
            Optional.ofNullable(request.getSession(false)).ifPresent(session -> session.removeAttribute(SIGNED_IN));
        }
    }

    @Override
    public boolean containsContext(HttpServletRequest request) {
        return signedIn(request).isPresent();
    }

    /** Who is signed in by a session as it stands now, if anybody is. */
    Optional<Actor> actor(Session session) {
        return session.getAttribute(SIGNED_IN) instanceof SignedIn signedIn
                ? stillGood(signedIn).map(ActorAuthentication::getPrincipal)
                : Optional.empty();
    }

    /** Who an account is now, unless it is shut or got another password than this one. */
    Optional<ActorAuthentication> stillGood(String name, long credentials) {
        return rows.find(name)
                .filter(row -> !row.account().disabled() && row.credentials() == credentials)
                .map(row -> new ActorAuthentication(row.account().actor(), row.credentials()));
    }

    private Optional<ActorAuthentication> stillGood(SignedIn session) {
        return stillGood(session.name, session.credentials);
    }

    private static Optional<SignedIn> signedIn(HttpServletRequest request) {
        HttpSession session = request.getSession(false);
        return session != null && session.getAttribute(SIGNED_IN) instanceof SignedIn signedIn
                ? Optional.of(signedIn)
                : Optional.empty();
    }
}
