package dev.rubicon.security;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.annotation.web.configurers.HeadersConfigurer;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.www.BasicAuthenticationFilter;
import org.springframework.security.web.context.DelegatingSecurityContextRepository;
import org.springframework.security.web.context.RequestAttributeSecurityContextRepository;
import org.springframework.security.web.csrf.CsrfTokenRepository;
import org.springframework.security.web.csrf.HttpSessionCsrfTokenRepository;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;

/**
 * Who gets in: the API's documentation (public, with the looser content policy that its page needs), the API (Basic,
 * Bearer, or the dashboard's session), and the pages (session). What is not named public takes a signed-in actor.
 */
@Configuration(proxyBeanMethods = false)
class FilterChains {

    private static final String[] DOCUMENTATION = {"/api/openapi.json", "/api/openapi.json/**", "/api/docs",
            "/api/docs/**", "/api/swagger-ui/**"};

    private static final String[] PUBLIC_PAGES = {"/login", "/assets/**", "/favicon*", "/actuator/health/**",
            "/schemas/**", "/docs/rules/**", "/problems/**"};

    private static final Set<String> UNSAFE = Set.of("POST", "PUT", "PATCH", "DELETE");

    private static final DispatcherType[] INNER = {DispatcherType.ASYNC, DispatcherType.ERROR, DispatcherType.FORWARD};

    @Bean
    DelegatingSecurityContextRepository securityContexts(SessionActors sessions) {
        return new DelegatingSecurityContextRepository(new RequestAttributeSecurityContextRepository(), sessions);
    }

    @Bean
    CsrfTokenRepository csrfTokens() {
        return new HttpSessionCsrfTokenRepository();
    }

    @Bean
    @Order(1)
    SecurityFilterChain documentation(HttpSecurity http) {
        return http.securityMatcher(DOCUMENTATION)
                .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                .csrf(AbstractHttpConfigurer::disable).requestCache(AbstractHttpConfigurer::disable)
                .headers(headers -> headers(headers,
                        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; "
                                + "object-src 'none'; frame-ancestors 'none'"))
                .build();
    }

    @Bean
    @Order(2)
    SecurityFilterChain api(HttpSecurity http, DelegatingSecurityContextRepository contexts, CsrfTokenRepository csrf,
            SignIns signIns, Tokens tokens, ApiRefusals refusals) {
        return http.securityMatcher("/api/**")
                .securityContext(context -> context.securityContextRepository(contexts))
                .addFilterAt(new ApiCredentials(signIns, tokens, refusals), BasicAuthenticationFilter.class)
                .csrf(protection -> protection.csrfTokenRepository(csrf)
                        .requireCsrfProtectionMatcher(FilterChains::changesByCookie))
                .requestCache(AbstractHttpConfigurer::disable).logout(AbstractHttpConfigurer::disable)
                .authorizeHttpRequests(requests -> requests.dispatcherTypeMatchers(INNER).permitAll().anyRequest()
                        .authenticated())
                .exceptionHandling(handling -> handling.authenticationEntryPoint(refusals)
                        .accessDeniedHandler(refusals))
                .headers(headers -> headers(headers, "default-src 'none'; frame-ancestors 'none'")).build();
    }

    @Bean
    @Order(3)
    SecurityFilterChain pages(HttpSecurity http, DelegatingSecurityContextRepository contexts, CsrfTokenRepository csrf,
            SignIns signIns) {
        return http.securityContext(context -> context.securityContextRepository(contexts))
                .authenticationManager(signIns)
                .csrf(protection -> protection.csrfTokenRepository(csrf))
                .authorizeHttpRequests(requests -> requests.dispatcherTypeMatchers(INNER).permitAll()
                        .requestMatchers(PUBLIC_PAGES).permitAll().anyRequest().authenticated())
                .formLogin(form -> form.loginPage("/login").failureHandler(FilterChains::backToSignIn).permitAll())
                .logout(logout -> logout.logoutSuccessUrl("/login?signed-out"))
                .headers(headers -> headers(headers,
                        "default-src 'self'; img-src 'self' data:; base-uri 'none'; object-src 'none'; "
                                + "form-action 'self'; frame-ancestors 'none'"))
                .build();
    }

    private static void headers(HeadersConfigurer<HttpSecurity> headers, String contentPolicy) {
        headers.contentSecurityPolicy(policy -> policy.policyDirectives(contentPolicy))
                .referrerPolicy(policy -> policy.policy(ReferrerPolicy.SAME_ORIGIN));
    }

    /** Basic and Bearer come from no page of another site; only a cookie does. */
    private static boolean changesByCookie(HttpServletRequest request) {
        return UNSAFE.contains(request.getMethod()) && SessionActors.restsOnCookie(request);
    }

    private static void backToSignIn(HttpServletRequest request, HttpServletResponse response,
            AuthenticationException refused) throws IOException {
        String why = refused instanceof TooManyAttempts pause ? "wait=" + pause.seconds() : "failed";
        response.sendRedirect(request.getContextPath() + "/login?" + why);
    }
}
