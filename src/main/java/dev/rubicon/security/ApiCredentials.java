package dev.rubicon.security;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import org.springframework.http.HttpHeaders;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.security.web.context.RequestAttributeSecurityContextRepository;
import org.springframework.security.web.context.SecurityContextRepository;
import org.springframework.web.filter.OncePerRequestFilter;

/** Reads the Authorization header of an API call: Basic or Bearer, for this one request and without a session. */
class ApiCredentials extends OncePerRequestFilter {

    private final SignIns signIns;
    private final Tokens tokens;
    private final ApiRefusals refusals;
    private final SecurityContextRepository forThisRequest = new RequestAttributeSecurityContextRepository();

    ApiCredentials(SignIns signIns, Tokens tokens, ApiRefusals refusals) {
        this.signIns = signIns;
        this.tokens = tokens;
        this.refusals = refusals;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String header = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (header != null) {
            try {
                SecurityContext context = new SecurityContextImpl(authenticate(header, request.getRemoteAddr()));
                SecurityContextHolder.setContext(context);
                forThisRequest.saveContext(context, request, response);
            } catch (AuthenticationException e) {
                refusals.commence(request, response, e);
                return;
            }
        }
        chain.doFilter(request, response);
    }

    private ActorAuthentication authenticate(String header, String address) {
        int space = header.indexOf(' ');
        String scheme = space < 0 ? header : header.substring(0, space);
        String value = space < 0 ? "" : header.substring(space + 1).strip();
        return switch (scheme.toLowerCase(Locale.ROOT)) {
            case "bearer" -> tokens.actor(value).map(actor -> new ActorAuthentication(actor, 0))
                    .orElseThrow(() -> new BadCredentialsException("The token is unknown, revoked or expired"));
            case "basic" -> basic(value, address);
            default -> throw new BadCredentialsException("Authorization takes Basic or Bearer");
        };
    }

    private ActorAuthentication basic(String value, String address) {
        String pair = decoded(value);
        int colon = pair.indexOf(':');
        if (colon < 0) {
            throw new BadCredentialsException("Basic takes name:password in Base64");
        }
        return signIns.authenticate(pair.substring(0, colon), pair.substring(colon + 1), address);
    }

    private static String decoded(String value) {
        try {
            return new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new BadCredentialsException("Basic takes name:password in Base64", e);
        }
    }
}
