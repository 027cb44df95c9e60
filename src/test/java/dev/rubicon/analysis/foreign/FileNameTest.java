package dev.rubicon.analysis.foreign;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileNameTest {

    @Test
    void ordersNumbersByTheirValueAndRepeatableFilesLast() {
        assertInOrder("V1__a.sql", "V2__b.sql", "V2.1__c.sql", "V10__a.sql", "R__views.sql");
        assertInOrder("1_a.sql", "2_b.sql", "10_c.sql");
        assertInOrder("20240101120000_b.sql", "20240102120000_a.sql");
        assertInOrder("B1__base.sql", "V2__next.sql", "V9__later.sql");
    }

    @Test
    void ordersFolderByFolder() {
        assertInOrder("20230101_init/migration.sql", "20230202_next/migration.sql");
        assertInOrder("2/z.sql", "10/a.sql");
        assertInOrder("a.sql", "b/a.sql");
    }

    @ParameterizedTest
    @ValueSource(strings = {"000001_users.down.sql", "U2__users.sql", "db/U2.1__users.sql", "users_down.sql",
            "down.sql",
            "2024/down.sql", "users-down.sql", "undo.sql", "users.undo.sql", "rollback.sql", "users_rollback.sql",
            "users.rollback.sql", "revert/users.sql", "down/1.sql", "users.DOWN.sql", "1_users.down.pgsql"})
    void knowsAWayBackByItsName(String path) {
        assertThat(FileName.undoes(path)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"000001_users.up.sql", "V2__users.sql", "V3__add_rollback.sql", "u2__users.sql", "up.sql",
            "deploy/users.sql", "shutdown.sql", "downtime.sql", "users_revert.sql", "breakdown/1.sql"})
    void takesOthersForTheWayForward(String path) {
        assertThat(FileName.undoes(path)).isFalse();
    }

    private static void assertInOrder(String... names) {
        List<String> wanted = List.of(names);
        assertThat(FileName.inRunningOrder(wanted.reversed(), name -> name)).containsExactlyElementsOf(wanted);
    }
}
