package dev.rubicon.gate;

import dev.rubicon.gate.Gates.Approval;
import dev.rubicon.gate.Gates.Decision;
import dev.rubicon.gate.Gates.Passage;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** What people decided on the phases of a rollout; of each person the newest decision on a phase counts. */
@Component
class Decisions {

    private static final TypeReference<Map<String, Object>> EVIDENCE = new TypeReference<>() {
    };

    private final JdbcClient jdbc;
    private final JsonMapper json;

    Decisions(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    void keep(Passage passage, Approval approval) {
        jdbc.sql("""
                INSERT INTO approval (rollout, phase, decision, by, submitted_by, opened_by, digest, crossing, comment,
                                      evidence, at)
                VALUES (:rollout, :phase, :decision, :by, :submittedBy, :openedBy, :digest, :crossing, :comment,
                        :evidence::jsonb, :at)
                """).param("rollout", approval.rollout()).param("phase", approval.phase())
                .param("decision", approval.decision().name()).param("by", approval.by())
                .param("submittedBy", passage.submittedBy()).param("openedBy", passage.openedBy())
                .param("digest", approval.digest()).param("crossing", approval.crossing())
                .param("comment", approval.comment()).param("evidence", json.writeValueAsString(approval.evidence()))
                .param("at", Stamps.of(approval.at())).update();
    }

    /** By rollout, oldest first. */
    Map<Long, List<Approval>> of(Collection<Long> rollouts) {
        return jdbc.sql("""
                SELECT *, evidence::text AS evidence_text FROM approval
                 WHERE rollout = ANY(:rollouts::bigint[]) ORDER BY id
                """).param("rollouts", rollouts.toArray(Long[]::new)).query(this::row).list().stream()
                .collect(Collectors.groupingBy(Approval::rollout));
    }

    private Approval row(ResultSet row, int number) throws SQLException {
        return new Approval(row.getLong("rollout"), row.getInt("phase"), Decision.valueOf(row.getString("decision")),
                row.getString("by"), row.getString("comment"), row.getString("digest"), row.getBoolean("crossing"),
                json.readValue(row.getString("evidence_text"), EVIDENCE), Stamps.read(row, "at"));
    }

    /** The blockers {@code approval} and {@code rejected}. */
    static List<Blocker> blockers(Passage passage, List<Approval> decided) {
        Collection<Approval> current = current(passage, decided);
        List<Blocker> blockers = new ArrayList<>();
        List<String> by = current.stream()
                .filter(approval -> approval.counts(passage.digest(), passage.overTheRiver())).map(Approval::by)
                .toList();
        if (by.size() < passage.approvalsNeeded()) {
            blockers.add(missing(passage, by));
        }
        current.stream().filter(approval -> approval.decision() == Decision.REJECT)
                .map(approval -> rejected(approval, passage)).forEach(blockers::add);
        return blockers;
    }

    /** What this person last said of the phase. */
    Optional<Approval> newest(Passage passage, String by) {
        List<Approval> decided = of(List.of(passage.rollout())).getOrDefault(passage.rollout(), List.of());
        return current(passage, decided).stream().filter(approval -> approval.by().equals(by)).findFirst();
    }

    private static Collection<Approval> current(Passage passage, List<Approval> decided) {
        return Approval.newest(decided.stream().filter(approval -> approval.phase() == passage.phase().index())
                .toList());
    }

    /** Who may not approve: the submitter of the revision and the opener of the rollout. */
    static Collection<String> owners(Passage passage) {
        return new TreeSet<>(List.of(passage.submittedBy(), passage.openedBy()));
    }

    private static Blocker missing(Passage passage, List<String> by) {
        int needed = passage.approvalsNeeded();
        String message = "%d of %d approval%s given%s%s".formatted(by.size(), needed, needed == 1 ? "" : "s",
                by.isEmpty() ? "" : ", by " + Words.list(by),
                passage.overTheRiver() ? "; this phase crosses the point of no return or lies behind it" : "");
        String clears = "an approver in %s who is not %s".formatted(passage.environment(),
                String.join(" or ", owners(passage)))
                + (passage.overTheRiver() ? ", typing the plan's name " + passage.plan() + " as the crossing" : "");
        return new Blocker("approval", message, clears, null,
                Map.of("needed", needed, "given", by.size(), "by", by, "notBy", List.copyOf(owners(passage)), "role",
                        "approver", "environment", passage.environment(), "crossing", passage.overTheRiver()));
    }

    private static Blocker rejected(Approval rejection, Passage passage) {
        String comment = rejection.comment();
        return new Blocker("rejected",
                rejection.by() + " rejected this phase" + (blank(comment) ? ", without a comment" : ": " + comment),
                "%s, by approving after all; or cancel the rollout and open one of a revision that mends it"
                        .formatted(rejection.by())
                        + (owners(passage).contains(rejection.by()) ? " (as an owner, only the latter)" : ""),
                null, Map.of("by", rejection.by(), "comment", comment == null ? "" : comment, "at",
                        rejection.at().toString()));
    }

    private static boolean blank(@Nullable String text) {
        return text == null || text.isBlank();
    }
}
