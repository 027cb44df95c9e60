package dev.rubicon.web;

import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.transaction.support.TransactionOperations;
import org.springframework.util.unit.DataSize;
import org.springframework.web.filter.ShallowEtagHeaderFilter;

/** The API's own filters, in their order behind those of security. */
@Configuration(proxyBeanMethods = false)
class ApiFilters {

    private static final String API = "/api/v1/*";
    /** How the address of every stream of events ends, whatever its reader says it accepts. */
    private static final String EVENTS = "/events";

    @Bean
    FilterRegistrationBean<BodyLimit> bodyLimit(@Value("${rubicon.api.max-body:4MB}") DataSize most,
            ProblemResolver problems) {
        return on(new BodyLimit(most.toBytes(), problems), 1);
    }

    @Bean
    FilterRegistrationBean<Idempotency> idempotency(IdempotentAnswers answers, TransactionOperations transactions,
            ProblemResolver problems, @Value("${spring.datasource.hikari.maximum-pool-size:10}") int connections) {
        return on(new Idempotency(answers, transactions, problems, connections / 2), 2);
    }

    /** An ETag over the bytes where a resource has set none. Streams have no end to wait for, and get none. */
    @Bean
    FilterRegistrationBean<ShallowEtagHeaderFilter> etags() {
        return on(new ShallowEtagHeaderFilter() {
            @Override
            protected boolean shouldNotFilter(HttpServletRequest request) {
                String accept = request.getHeader(HttpHeaders.ACCEPT);
                return request.getRequestURI().endsWith(EVENTS) || accept != null
                        && (accept.contains(MediaType.TEXT_EVENT_STREAM_VALUE)
                                || accept.contains(MediaType.APPLICATION_NDJSON_VALUE));
            }
        }, 3);
    }

    private static <F extends Filter> FilterRegistrationBean<F> on(F filter, int order) {
        FilterRegistrationBean<F> registration = new FilterRegistrationBean<>(filter);
        registration.addUrlPatterns(API);
        registration.setOrder(order);
        return registration;
    }
}
