package dev.rubicon.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rubicon.problem.IfMatch;
import dev.rubicon.problem.Problem;
import dev.rubicon.testing.SettableClock;
import dev.rubicon.testing.TestPostgres;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.mock.env.MockEnvironment;
import org.springframework.transaction.support.TransactionTemplate;

class FirstAdministratorTest {

    private final TestPostgres.Database database = TestPostgres.database();
    private final DriverManagerDataSource source = new DriverManagerDataSource(database.url(), database.user(),
            database.password());
    private final SettableClock clock = new SettableClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final AccountRows rows = new AccountRows(JdbcClient.create(source), clock);
    private final Passwords passwords = new Passwords(clock);
    private final List<Object> events = new ArrayList<>();
    private final Accounts accounts = new Accounts(rows, passwords, events::add);
    private final TransactionTemplate transactions = new TransactionTemplate(new DataSourceTransactionManager(source));

    FirstAdministratorTest() {
        Flyway.configure().dataSource(source).load().migrate();
    }

    @Test
    void makesAnAdministratorWithTheGivenPasswordOnce() {
        start(new MockEnvironment().withProperty("RUBICON_ADMIN_PASSWORD", "given"));
        start(new MockEnvironment().withProperty("RUBICON_ADMIN_PASSWORD", "other"));

        AccountRows.Row admin = rows.find("admin").orElseThrow();
        assertThat(admin.account().roles()).isEqualTo(Map.of("*", EnumSet.allOf(Role.class)));
        assertThat(passwords.matches("given", admin.passwordHash())).isTrue();
        assertThat(events).hasSize(1).allMatch(event -> !event.toString().contains("given"));
    }

    @Test
    void makesARandomPasswordWithoutAGivenOne() {
        start(new MockEnvironment().withProperty("RUBICON_ADMIN_PASSWORD", " "));

        assertThat(passwords.matches(" ", rows.find("admin").orElseThrow().passwordHash())).isFalse();
    }

    @Test
    void leavesTheDemoToMakeItsOwn() {
        start(new MockEnvironment().withProperty("rubicon.demo", "true"));

        assertThat(accounts.none()).isTrue();
    }

    @Test
    void keepsOneWhoAdministersEverything() {
        accounts.seed("ann", "", "a good password", Map.of("*", Set.of(Role.ADMIN)));
        accounts.seed("bob", "", "a good password", Map.of("*", Set.of(Role.ADMIN)));
        accounts.seed("eve", "", "a good password", Map.of("staging", Set.of(Role.ADMIN)));
        Actor bob = accounts.find("bob").orElseThrow().actor();
        run(() -> accounts.delete(bob, "ann", IfMatch.any()));

        assertThatThrownBy(() -> run(() -> accounts.delete(bob, "bob", IfMatch.any()))).isInstanceOf(Problem.class)
                .hasMessageContaining("last");
        for (AccountChange change : List.of(new AccountChange(null, Map.of(), null, null, null),
                new AccountChange(null, null, true, null, null))) {
            assertThatThrownBy(() -> run(() -> accounts.change(bob, "bob", change, IfMatch.any())))
                    .isInstanceOf(Problem.class).hasMessageContaining("last");
        }
        assertThat(accounts.find("bob").orElseThrow().administersEverything()).isTrue();
    }

    private void run(Runnable change) {
        transactions.executeWithoutResult(status -> change.run());
    }

    private void start(MockEnvironment settings) {
        new FirstAdministrator(accounts, settings).afterSingletonsInstantiated();
    }
}
