package dev.rubicon.gate;

import dev.rubicon.gate.Gates.ManualGo;
import dev.rubicon.gate.Gates.Passage;
import dev.rubicon.plan.Phase;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
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

    /** The blocker {@code manual}, once for each go that is missing. */
    List<Blocker> blockers(Passage passage) {
        List<Phase.Manual> gates = passage.phase().after().manual();
        if (gates.isEmpty()) {
            return List.of();
        }
        Set<String> given = of(passage.rollout()).stream().filter(go -> go.phase() == passage.phase().index())
                .map(ManualGo::name).collect(Collectors.toSet());
        return gates.stream().filter(gate -> !given.contains(gate.name())).map(gate -> blocker(gate, passage))
                .toList();
    }

    private static Blocker blocker(Phase.Manual gate, Passage passage) {
        String who = gate.by() == null ? "any operator in " + passage.environment() : gate.by();
        return new Blocker("manual",
                "The go '%s' is not given%s".formatted(gate.name(), Words.because(gate.because())), who, null,
                Map.of("name", gate.name(), "by", gate.by() == null ? "" : gate.by(), "because",
                        gate.because() == null ? "" : gate.because()));
    }
}
