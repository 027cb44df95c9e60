package dev.rubicon.demo;

import dev.rubicon.security.Accounts;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Role;
import java.io.IOException;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Makes the demo in the background, as soon as the server answers. */
@Component
@ConditionalOnBooleanProperty(DemoDefaults.DEMO)
class Demo implements DisposableBean {

    private static final Logger LOG = LoggerFactory.getLogger(Demo.class);

    /** The lock on the control database that the demo is made under. */
    private static final long TURN = 0x64_65_6d_6f;
    private static final Duration POLL = Duration.ofMillis(200);

    private final Environment environment;
    private final Accounts accounts;
    private final JdbcConnectionDetails control;
    private final JsonMapper json;
    private @Nullable Thread teller;

    Demo(Environment environment, Accounts accounts, JdbcConnectionDetails control, JsonMapper json) {
        this.environment = environment;
        this.accounts = accounts;
        this.control = control;
        this.json = json;
    }

    @EventListener(ApplicationReadyEvent.class)
    void start() {
        teller = Thread.ofVirtual().name("demo").start(this::tell);
    }

    @Override
    public void destroy() throws InterruptedException {
        if (teller != null) {
            teller.interrupt();
            teller.join(Duration.ofSeconds(10));
        }
    }

    private void tell() {
        URI root = root();
        try (Connection turn = turn()) {
            Api api = new Api(root, json);
            ShopDatabases databases = new ShopDatabases(control);
            Rollouts rollouts = new Rollouts(databases::make, api);
            boolean made = new Story(this::seed, rollouts, api).tell();
            LOG.info("The demo is {}: open {} and log in as approver, author, operator or admin (the password is the "
                    + "name).{}", made ? "ready" : "as you left it", root,
                    made ? " The plan rename-username waits for the approval of its first phase." : "");
            if (environment.getProperty(DemoDefaults.SCENES, Boolean.class, true)) {
                new Scenes(databases::byHand, rollouts, api).tell();
            }
        } catch (DemoFailed | SQLException | IOException e) {
            LOG.warn("The demo is not complete and goes on at the next start: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** One node makes the demo; another waits until it is there. */
    @SuppressWarnings("resource") // closed by whoever has the turn
    private Connection turn() throws SQLException, InterruptedException {
        Connection connection = DriverManager.getConnection(control.getJdbcUrl(), control.getUsername(),
                control.getPassword());
        while (!taken(connection)) {
            Thread.sleep(POLL);
        }
        return connection;
    }

    private static boolean taken(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery("SELECT pg_try_advisory_lock(" + TURN + ")")) {
            return row.next() && row.getBoolean(1);
        }
    }

    private void seed(String name, String fullName, String password, Set<Role> roles) {
        accounts.seed(name, fullName, password, Map.of(Actor.EVERYWHERE, roles));
    }

    /** The address that the server is bound to: an HttpClient asked for localhost tries only one of its addresses. */
    private URI root() {
        return URI.create("http://%s:%d%s".formatted(environment.getProperty(DemoDefaults.ADDRESS, "127.0.0.1"),
                environment.getRequiredProperty("local.server.port", Integer.class),
                environment.getProperty("server.servlet.context-path", "")));
    }
}
