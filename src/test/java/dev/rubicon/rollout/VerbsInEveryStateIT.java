package dev.rubicon.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Role;
import dev.rubicon.testing.Api;
import dev.rubicon.testing.Fleet;
import dev.rubicon.testing.RubiconTest;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What each verb does in each state of a rollout, its run and its step: {@code done}; {@code same}, harmless because it was
 * asked before; {@code late}, answered with an observation that it came too late; {@code 409}, which says why not. Each
 * case is set up in the rows, tried, and rolled back, so that no worker meets it.
 */
@RubiconTest
class VerbsInEveryStateIT {

    private static final Actor OPERATOR = new Actor("operator", null, Map.of(Actor.EVERYWHERE, Set.of(Role.OPERATOR)),
            Set.of());

    @Autowired
    private Api api;

    @Autowired
    private Rollouts rollouts;

    @Autowired
    private JdbcClient jdbc;

    @Autowired
    private TransactionTemplate transactions;

    private static long id;

    @BeforeEach
    void aRolloutThatIsDone() {
        if (id == 0) {
            Fleet fleet = new Fleet(api, "everystate", 1, 10);
            fleet.submit("""
                    plan: %s
                    title: One column
                    engine: postgresql
                    phases:
                      - phase: expand
                        steps:
                          - step: first
                            sql: ALTER TABLE users ADD COLUMN first int;
                            rollback: { sql: ALTER TABLE users DROP COLUMN first, dataLoss: new-writes }
                    """.formatted(fleet.plan()));
            var opened = fleet.open(fleet.plan(), Map.of("percent", 100));
            fleet.approve(opened, 0).expect(201);
            id = fleet.awaitState(opened.path("id").asLong(), "DONE").path("id").asLong();
        }
    }

    @Test
    void ofARollout() {
        holds("""
                rollout         run            | pause resume cancel retry
                WAITING         DONE           | done  same   done   409
                RUNNING         RUNNING        | done  same   done   same
                PAUSING         PAUSING        | same  409    done   409
                PAUSED          PAUSED         | same  done   done   409
                FAILED          FAILED         | late  409    done   done
                FAILED          CANCELLED      | late  409    done   done
                CANCELLING      CANCELLING     | late  409    same   409
                CANCELLED       CANCELLED      | late  409    same   409
                ROLLING_BACK    RUNNING<       | 409   409    409    same
                ROLLBACK_FAILED FAILED<        | 409   409    409    done
                ROLLED_BACK     ROLLED_BACK<   | late  409    late   409
                DONE            DONE           | late  409    late   409
                """, (situation, verb) -> {
            switch (verb) {
                case "pause" -> rollouts.pause(OPERATOR, id);
                case "resume" -> rollouts.resume(OPERATOR, id);
                case "cancel" -> rollouts.cancel(OPERATOR, id);
                default -> rollouts.retry(OPERATOR, id);
            }
        });
    }

    @Test
    void ofARun() {
        holds("""
                rollout         run            | pause resume cancel retry release
                RUNNING         QUEUED         | done  same   done   same  409
                RUNNING         RUNNING        | done  same   done   same  409
                RUNNING         WAITING        | done  same   done   same  409
                RUNNING         PAUSING        | same  409    done   409   409
                RUNNING         PAUSED         | same  done   done   409   done
                RUNNING         CANCELLING     | late  409    same   409   409
                RUNNING         CANCELLED      | late  late   same   done  done
                RUNNING         FAILED         | late  409    done   done  done
                RUNNING         DONE           | late  late   late   late  done
                PAUSING         PAUSING        | same  409    done   409   409
                PAUSED          PAUSED         | same  409    done   409   done
                FAILED          FAILED         | late  409    done   done  done
                FAILED          CANCELLED      | late  late   same   done  done
                CANCELLING      CANCELLING     | late  409    same   409   409
                CANCELLED       CANCELLED      | late  late   same   409   done
                ROLLING_BACK    QUEUED<        | 409   same   409    same  409
                ROLLING_BACK    RUNNING<       | 409   same   409    same  409
                ROLLING_BACK    ROLLED_BACK<   | late  late   late   late  done
                ROLLBACK_FAILED FAILED<        | late  409    409    done  done
                ROLLED_BACK     ROLLED_BACK<   | late  late   late   late  done
                DONE            DONE           | late  late   late   late  done
                """, (situation, verb) -> rollouts.operateRun(OPERATOR, id, "everystate-0",
                Rollouts.RunVerb.valueOf(verb.toUpperCase(Locale.ROOT)), "a test"));
    }

    @Test
    void ofAStep() {
        holds("""
                rollout         run          step      | pause cancel retry skip  accept
                RUNNING         QUEUED       QUEUED    | done  late   same  done  409
                RUNNING         RUNNING      QUEUED    | done  late   same  done  409
                RUNNING         RUNNING      RUNNING   | done  done   same  409   409
                RUNNING         RUNNING      VERIFYING | done  done   same  409   409
                RUNNING         RUNNING      DONE      | late  late   same  late  409
                RUNNING         RUNNING      SKIPPED   | late  late   same  late  409
                RUNNING         WAITING      RUNNING   | done  done   same  409   409
                RUNNING         PAUSING      RUNNING   | same  done   late  409   409
                RUNNING         PAUSED       QUEUED    | done  late   409   done  409
                RUNNING         CANCELLING   RUNNING   | late  late   late  409   409
                RUNNING         CANCELLING   QUEUED    | done  late   late  409   409
                PAUSED          PAUSED       QUEUED    | done  late   409   done  409
                FAILED          FAILED       FAILED    | late  late   done  done  late
                FAILED          FAILED       QUEUED    | done  late   409   done  late
                CANCELLED       CANCELLED    QUEUED    | late  late   409   late  409
                ROLLING_BACK    RUNNING<     RUNNING   | 409   409    same  409   409
                ROLLING_BACK    RUNNING<     QUEUED    | 409   409    same  done  409
                ROLLBACK_FAILED FAILED<      FAILED    | 409   409    done  done  late
                ROLLED_BACK     ROLLED_BACK< DONE      | late  late   late  late  409
                DONE            DONE         DONE      | late  late   late  late  409
                DONE            DONE         SKIPPED   | late  late   late  late  409
                """, (situation, verb) -> rollouts.operateStep(OPERATOR, id, "everystate-0", "first",
                Rollouts.StepVerb.valueOf(verb.toUpperCase(Locale.ROOT)), "a test"));
    }

    /** Tries every verb of the head in every situation of the lines below, and compares with what the lines say. */
    private void holds(String table, BiConsumer<List<String>, String> act) {
        List<String> lines = table.lines().toList();
        List<String> verbs = words(lines.getFirst().split("\\|")[1]);
        String seen = lines.stream().skip(1).map(line -> {
            List<String> situation = words(line.split("\\|")[0]);
            return String.join(" ", situation) + " | " + verbs.stream()
                    .map(verb -> tried(situation, () -> act.accept(situation, verb))).collect(Collectors.joining(" "));
        }).collect(Collectors.joining("\n"));
        assertThat(seen).isEqualTo(lines.stream().skip(1)
                .map(line -> String.join(" ", words(line.replace("|", " | ")))).collect(Collectors.joining("\n")));
    }

    private static List<String> words(String text) {
        return Arrays.stream(text.strip().split("\\s+")).toList();
    }

    private String tried(List<String> situation, Runnable verb) {
        return Objects.requireNonNull(transactions.execute(status -> {
            status.setRollbackOnly();
            setUp(situation);
            String before = state();
            try {
                verb.run();
            } catch (Problem refused) {
                assertThat(refused.type()).isEqualTo(ProblemType.CONFLICT);
                assertThat(refused.getMessage()).as("it says why").containsAnyOf("ollout #" + id, "everystate-0")
                        .contains(" is ");
                return "409";
            } catch (IllegalStateException | NullPointerException e) {
                return e.toString();
            }
            String observed = jdbc.sql("SELECT coalesce(outcome, 'open') || ': ' || coalesce(observed, '') "
                    + "FROM run_request ORDER BY id DESC LIMIT 1").query(String.class).optional().orElse("");
            return observed.startsWith("TOO_LATE: ")
                    ? "late"
                    : state().equals(before) || observed.endsWith("already") ? "same" : "done";
        }));
    }

    private void setUp(List<String> situation) {
        boolean back = situation.get(1).endsWith("<");
        String run = situation.get(1).replace("<", "");
        String step = situation.size() > 2 ? situation.get(2) : run.equals("DONE") ? "DONE" : "QUEUED";
        jdbc.sql("DELETE FROM run_request").update();
        jdbc.sql("UPDATE rollout SET state = ?, ended_at = NULL WHERE id = ?").params(situation.getFirst(), id)
                .update();
        jdbc.sql("UPDATE rollout_phase SET state = ? WHERE rollout = ?")
                .params(back ? "ROLLING_BACK" : situation.getFirst().equals("FAILED") ? "FAILED" : "RUNNING", id)
                .update();
        jdbc.sql("UPDATE phase_run SET state = ?, direction = ? WHERE rollout = ?")
                .params(run, back ? "ROLLBACK" : "FORWARD", id).update();
        jdbc.sql("UPDATE step_run SET state = ? WHERE phase_run IN (SELECT id FROM phase_run WHERE rollout = ?)")
                .params(step, id).update();
    }

    private String state() {
        return jdbc.sql("""
                SELECT rollout.state || ' ' || (SELECT string_agg(run.state, ' ') FROM phase_run run
                                                 WHERE run.rollout = rollout.id)
                       || ' ' || (SELECT count(*) FROM run_request)
                  FROM rollout WHERE id = ?
                """).param(id).query(String.class).single();
    }
}
