package dev.rubicon.testing;

import dev.rubicon.security.Accounts;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.context.support.TestPropertySourceUtils;

/**
 * The whole server on a random port, over an empty control database of its own; the context, and with it the database,
 * is shared by all classes that ask for the same properties. Where an {@link Api} is autowired, it is the one of this
 * server, and the {@link People} have arrived.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@ContextConfiguration(initializers = RubiconTest.OwnDatabase.class)
public @interface RubiconTest {

    /** Points the server to a new database of {@link TestPostgres}. */
    class OwnDatabase implements ApplicationContextInitializer<ConfigurableApplicationContext> {
        @Override
        public void initialize(ConfigurableApplicationContext context) {
            TestPostgres.Database database = TestPostgres.database();
            AtExit.end(context);
            TestPropertySourceUtils.addInlinedPropertiesToEnvironment(context,
                    "spring.datasource.url=" + database.url(), "spring.datasource.username=" + database.user(),
                    "spring.datasource.password=" + database.password(), "RUBICON_ADMIN_PASSWORD=admin");
            // lazy: there is a port and a database with accounts only when the server has started
            ((GenericApplicationContext) context).registerBean(Api.class, () -> api(context),
                    definition -> definition.setLazyInit(true));
        }

        private static Api api(ConfigurableApplicationContext context) {
            People.arrive(context.getBean(Accounts.class));
            return Api.of(context.getEnvironment().getRequiredProperty("local.server.port", Integer.class));
        }
    }
}
