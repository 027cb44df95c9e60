package dev.rubicon.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.github.kagkarlsson.scheduler.Scheduler;
import dev.rubicon.durable.DurableWork;
import dev.rubicon.security.Accounts;
import dev.rubicon.testing.Api;
import dev.rubicon.testing.Fleet;
import dev.rubicon.testing.People;
import dev.rubicon.testing.RubiconTest;
import dev.rubicon.testing.TestPostgres;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.transaction.support.TransactionTemplate;

/** Rehearsals whose worker is gone; what it leaves is written into the rows, and made on the server, as it leaves it. */
@RubiconTest
class RehearsalDeathIT {

    private static final TestPostgres.Database SERVER = TestPostgres.database();

    @DynamicPropertySource
    static void serverForShadows(DynamicPropertyRegistry registry) {
        registry.add("rubicon.rehearsal.url", SERVER::url);
        registry.add("rubicon.rehearsal.username", SERVER::user);
        registry.add("rubicon.rehearsal.password", SERVER::password);
    }

    @LocalServerPort
    private int port;

    @Autowired
    private Accounts accounts;

    @Autowired
    private RehearsalRows rows;

    @Autowired
    private RehearsalRunner runner;

    @Autowired
    private JdbcClient jdbc;

    @Autowired
    private TransactionTemplate transactions;

    @Autowired
    private Stages stages;

    @Autowired
    private Scheduler scheduler;

    private Api api;

    @BeforeEach
    void thePeople() {
        People.arrive(accounts);
        api = Api.of(port);
    }

    /** A rehearsal whose worker has made the shadow and does nothing more; its heartbeat lasts until it {@link #dies}. */
    private Worker abandoned(String tag) {
        Fleet fleet = new Fleet(api, tag, 1, 10);
        String digest = fleet.submit(fleet.renameUsername()).path("digest").asString();
        // together: the sweep carries on with a rehearsal that has no task
        long id = Objects.requireNonNull(transactions.execute(status -> {
            long inserted = rows.insert(new RehearsalRows.Order(fleet.plan(), 1, digest, "sha256:", tag + "-0",
                    "production", EvidenceClass.EMPTY_SCHEMA, "author", null));
            jdbc.sql(
                    "INSERT INTO scheduled_tasks (task_name, task_instance, execution_time, picked, picked_by,"
                            + " last_heartbeat, version)"
                            + " VALUES (?, ?, now(), true, 'node-gone', now() + interval '1 hour', 1)")
                    .params(RehearsalDispatch.TASK, String.valueOf(inserted)).update();
            return inserted;
        }));
        Worker worker = new Worker(rows, rows.takeUp(id).orElseThrow(), () -> false, Duration.ofMinutes(5));
        stages.set(worker);
        return worker;
    }

    private void dies(long rehearsal) {
        jdbc.sql("UPDATE scheduled_tasks SET last_heartbeat = now() - interval '1 hour' WHERE task_name = ?"
                + " AND task_instance = ?").params(RehearsalDispatch.TASK, String.valueOf(rehearsal)).update();
    }

    private List<@Nullable String> shadowsOf(long rehearsal) {
        return SERVER.jdbc().sql("SELECT datname FROM pg_database WHERE datname LIKE ? UNION "
                + "SELECT rolname FROM pg_roles WHERE rolname LIKE ?")
                .params("rubicon\\_shadow\\_" + rows.site() + "\\_" + rehearsal + "\\_%",
                        "rubicon\\_shadow\\_" + rows.site() + "\\_" + rehearsal + "\\_%")
                .query(String.class).list();
    }

    @Test
    void beginsAnewOnAnotherShadowAndLeavesNone() {
        Worker dead = abandoned("rehdead");
        long id = dead.rehearsal().id();
        String left = rows.find(id).orElseThrow().shadow();
        assertThat(shadowsOf(id)).containsExactly(left);

        dies(id);
        await().atMost(Duration.ofSeconds(240)).until(() -> rows.find(id).orElseThrow().state().ended());

        Rehearsal ended = rows.find(id).orElseThrow();
        assertThat(ended.state()).as(ended.message()).isEqualTo(RehearsalState.PASSED);
        assertThat(ended.epoch()).isEqualTo(2);
        await().atMost(Duration.ofSeconds(240)).untilAsserted(() -> assertThat(shadowsOf(id)).isEmpty());
        assertThatThrownBy(() -> dead.say("still here")).isInstanceOf(Worker.Superseded.class);
    }

    @Test
    void leavesToTheNextWorkerWhatIsItsByNow() {
        Worker first = abandoned("rehnext");
        long id = first.rehearsal().id();
        Worker ending = new Worker(rows, first.rehearsal(), () -> true, Duration.ofMinutes(5));
        assertThatThrownBy(ending::goOn).isInstanceOf(Worker.HandOver.class);
        assertThat(ending.mine()).isTrue();

        Rehearsal next = rows.takeUp(id).orElseThrow();
        try {
            assertThatThrownBy(ending::goOn).isInstanceOf(Worker.Superseded.class);
            assertThatThrownBy(ending::demandMine).isInstanceOf(Worker.Superseded.class);
            assertThat(ending.mine()).isFalse();
        } finally {
            rows.end(next, RehearsalState.BROKEN, "over", RehearsalReport.NOTHING);
            runner.sweep();
        }
    }

    @Test
    void takesNothingUpOnANodeThatTheRehearsalWasTakenFrom() {
        Worker carrying = abandoned("rehfrozen");
        long id = carrying.rehearsal().id();

        runner.carryOut(new DurableWork.Hand(RehearsalDispatch.TASK, String.valueOf(id), 0,
                scheduler.getSchedulerState()));

        carrying.say("still its worker");
        rows.end(carrying.rehearsal(), RehearsalState.BROKEN, "over", RehearsalReport.NOTHING);
        runner.sweep();
    }

    @Test
    void setsGoingWhatNoExecutionCarries() {
        long id = abandoned("rehlost").rehearsal().id();
        jdbc.sql("DELETE FROM scheduled_tasks WHERE task_name = ? AND task_instance = ?")
                .params(RehearsalDispatch.TASK, String.valueOf(id)).update();

        runner.sweep();

        await().atMost(Duration.ofSeconds(240)).until(() -> rows.find(id).orElseThrow().state().ended());
        assertThat(rows.find(id).orElseThrow().state()).isEqualTo(RehearsalState.PASSED);
    }

    @Test
    void sweepsWhatAnEndedRehearsalLeftAndNothingElse() {
        Worker cut = abandoned("rehcut");
        Worker other = abandoned("rehlive");
        long id = cut.rehearsal().id();
        String foreign = "rubicon_shadow_0ddba115_" + id + "_1";
        SERVER.run("CREATE DATABASE " + foreign);
        try {
            rows.end(cut.rehearsal(), RehearsalState.BROKEN, "cut", RehearsalReport.NOTHING);
            runner.sweep();

            // the server's own sweep may be at the same shadow
            await().untilAsserted(() -> {
                assertThat(shadowsOf(id)).isEmpty();
                assertThat(rows.find(id).orElseThrow().shadow()).isNull();
            });
            assertThat(shadowsOf(other.rehearsal().id())).hasSize(1);
            assertThat(SERVER.value("SELECT count(*) FROM pg_database WHERE datname = '" + foreign + "'"))
                    .isEqualTo("1");
        } finally {
            SERVER.run("DROP DATABASE " + foreign);
            rows.end(other.rehearsal(), RehearsalState.BROKEN, "over", RehearsalReport.NOTHING);
            runner.sweep();
        }
    }
}
