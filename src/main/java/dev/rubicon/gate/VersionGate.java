package dev.rubicon.gate;

import dev.rubicon.gate.DeploymentGate.Demand;
import dev.rubicon.plan.Phase;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The sentences of a {@code deployment} or {@code absent} gate that does not hold. */
record VersionGate(String environment, Phase.Versions asked, Demand demand) {

    /** One blocker for what is known to be wrong, one for what cannot be compared. */
    List<Blocker> blockers(DeploymentGate standing) {
        List<Blocker> blockers = new ArrayList<>();
        boolean knownToBeWrong = switch (demand) {
            case PRESENT -> standing.incomparable().isEmpty();
            case ABSENT -> !standing.reported() || !standing.in().isEmpty();
        };
        if (knownToBeWrong) {
            blockers.add(switch (demand) {
                case PRESENT -> notPresent(standing);
                case ABSENT -> notAbsent(standing);
            });
        }
        if (!standing.incomparable().isEmpty()) {
            blockers.add(cannotCompare(standing));
        }
        return blockers;
    }

    private Blocker notPresent(DeploymentGate standing) {
        String live = standing.live().isEmpty() ? "nothing" : Words.list(standing.live().keySet());
        return blocker("%s %s must be live in %s%s; live is %s".formatted(asked.application(), asked.version(),
                environment, Words.because(asked.because()), live),
                "the pipeline that deploys %s, by reporting such a version live".formatted(asked.application()),
                standing);
    }

    private Blocker notAbsent(DeploymentGate standing) {
        if (!standing.reported()) {
            return blocker(
                    "No %s %s may be live in %s%s; nothing was ever reported of it there, so nobody knows"
                            .formatted(asked.application(), asked.version(), environment,
                                    Words.because(asked.because())),
                    "the pipeline that deploys %s, by reporting what is live".formatted(asked.application()),
                    standing);
        }
        return blocker("No %s %s may be live in %s%s; %s still %s".formatted(asked.application(), asked.version(),
                environment, Words.because(asked.because()), Words.list(standing.in()),
                standing.in().size() == 1 ? "is" : "are"),
                "the pipeline that deploys %s, by reporting %s gone".formatted(asked.application(),
                        Words.list(standing.in())),
                standing);
    }

    private Blocker cannotCompare(DeploymentGate standing) {
        return blocker("Cannot compare %s %s, live in %s, with %s: not SemVer, and only = takes other texts".formatted(
                asked.application(), Words.list(standing.incomparable()), environment, asked.version()),
                "the pipeline that deploys %s, by reporting %s gone and what is live by its SemVer version".formatted(
                        asked.application(), Words.list(standing.incomparable())),
                standing);
    }

    /** A range that no one can read holds the phase: the plan's own check has let it through. */
    Blocker unreadable(String why) {
        return new Blocker(type(), "The version range '%s' cannot be read: %s".formatted(asked.version(), why),
                "the author, with a revision that mends the range", null,
                Map.of("application", asked.application(), "version", asked.version()));
    }

    private Blocker blocker(String message, String clears, DeploymentGate standing) {
        Map<String, Object> facts = new HashMap<>(Map.of("application", asked.application(), "version",
                asked.version(), "environment", environment, "live", List.copyOf(standing.live().keySet()), "inRange",
                standing.in(), "incomparable", standing.incomparable(), "reported", standing.reported()));
        if (asked.because() != null) {
            facts.put("because", asked.because());
        }
        return new Blocker(type(), message, clears, null, facts);
    }

    private String type() {
        return switch (demand) {
            case PRESENT -> "deployment";
            case ABSENT -> "absent";
        };
    }
}
