package dev.rubicon.gate;

import dev.rubicon.gate.Gates.ManualGo;
import dev.rubicon.gate.Gates.Passage;
import dev.rubicon.plan.Phase;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The named goes that were given. */
@Component
class ManualGates {

    private final JdbcClient jdbc;

    ManualGates(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** @return false when this go was given before; the first one stands */
    boolean keep(ManualGo go) {
        return jdbc.sql("""
                INSERT INTO manual_go (rollout, phase, name, by, comment, at)
                VALUES (:rollout, :phase, :name, :by, :comment, :at)
                ON CONFLICT DO NOTHING
                """).param("rollout", go.rollout()).param("phase", go.phase()).param("name", go.name())
                .param("by", go.by()).param("comment", go.comment()).param("at", Stamps.of(go.at())).update() == 1;
    }

    /** Oldest first. */
    List<ManualGo> of(long rollout) {
        return jdbc.sql("SELECT * FROM manual_go WHERE rollout = :rollout ORDER BY at, phase, name")
                .param("rollout", rollout).query(ManualGates::row).list();
    }

    private static ManualGo row(ResultSet row, int number) throws SQLException {
        return new ManualGo(row.getLong("rollout"), row.getInt("phase"), row.getString("name"), row.getString("by"),
                row.getString("comment"), Stamps.read(row, "at"));
    }

    /** Those on the rollouts of these passages, as far as these ask for any. */
    Set<Go> given(List<Passage> passages) {
        Long[] rollouts = passages.stream().filter(passage -> !passage.phase().after().manual().isEmpty())
                .map(Passage::rollout).distinct().toArray(Long[]::new);
        return rollouts.length == 0
                ? Set.of()
                : Set.copyOf(
                        jdbc.sql("SELECT rollout, phase, name FROM manual_go WHERE rollout = ANY(:rollouts::bigint[])")
                                .param("rollouts", rollouts).query((row, number) -> new Go(row.getLong("rollout"),
                                        row.getInt("phase"), row.getString("name")))
                                .list());
    }

    /** A go that was given, by its place. */
    record Go(long rollout, int phase, String name) {}

    /** The blocker {@code manual}, once for each go that is missing. */
    static List<Blocker> blockers(Passage passage, Set<Go> given) {
        return passage.phase().after().manual().stream()
                .filter(gate -> !given.contains(new Go(passage.rollout(), passage.phase().index(), gate.name())))
                .map(gate -> blocker(gate, passage)).toList();
    }

    private static Blocker blocker(Phase.Manual gate, Passage passage) {
        String who = gate.by() == null ? "any operator in " + passage.environment() : gate.by();
        return new Blocker("manual",
                "The go '%s' is not given%s".formatted(gate.name(), Words.because(gate.because())), who, null,
                Map.of("name", gate.name(), "by", gate.by() == null ? "" : gate.by(), "because",
                        gate.because() == null ? "" : gate.because()));
    }
}
