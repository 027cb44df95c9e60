package dev.rubicon.demo;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;
import org.springframework.util.StringUtils;

/**
 * {@code rubicon.demo} is true exactly where nobody named a database, and a demo listens on loopback; both as defaults
 * that every other source of properties overrides.
 */
class DemoDefaults implements EnvironmentPostProcessor, Ordered {

    static final String DEMO = "rubicon.demo";
    static final String EXPOSED = "rubicon.demo.exposed";
    /** Whether the demo shows a rollout in every state beside the one that waits for its first approval. */
    static final String SCENES = "rubicon.demo.scenes";
    static final String ADDRESS = "server.address";

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        environment.getPropertySources().addLast(new Defaults(environment));
    }

    /** Behind the configuration files, or the default would override them. */
    @Override
    public int getOrder() {
        return LOWEST_PRECEDENCE;
    }

    static boolean demo(Environment environment) {
        return environment.getProperty(DEMO, Boolean.class, false);
    }

    /** Whether somebody said that the demo with its known passwords may be reached from outside. */
    static boolean exposed(Environment environment) {
        return environment.getProperty(EXPOSED, Boolean.class, false);
    }

    /** Answers when asked, not before: a test or a later source may still name a database. */
    private static class Defaults extends PropertySource<Object> {

        /** Not the source of this source: Boot would look for sources in it, and so for this one, without end. */
        private final Environment environment;

        Defaults(Environment environment) {
            super("rubicon demo defaults");
            this.environment = environment;
        }

        @Override
        public @Nullable Object getProperty(String name) {
            return switch (name) {
                case DEMO -> Boolean.toString(!StringUtils.hasText(environment.getProperty("spring.datasource.url")));
                case ADDRESS -> demo(environment) && !exposed(environment) ? "127.0.0.1" : null;
                default -> null;
            };
        }
    }
}
