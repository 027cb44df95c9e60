package dev.rubicon.gate;

import dev.rubicon.gate.Backups.Demand;
import dev.rubicon.gate.Gates.Passage;
import dev.rubicon.plan.Phase;
import dev.rubicon.plan.VersionRange;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The gates that a plan sets itself: {@code deployment}, {@code absent}, {@code soak}, {@code backup}. */
@Component
class PlanGates {

    /** Over the river a backup is proved to exist, also where the plan forgets to ask for one. */
    private static final Duration RIVER_BACKUP_AGE = Duration.ofHours(24);

    private final Deployments deployments;
    private final Backups backups;

    PlanGates(Deployments deployments, Backups backups) {
        this.deployments = deployments;
        this.backups = backups;
    }

    /**
     * @param heldSince since when the gate holds, or null while it does not
     * @param blockers empty exactly when it holds
     */
    private record Standing(@Nullable Instant heldSince, List<Blocker> blockers) {}

    /**
     * What was reported that concerns some passages.
     *
     * @param changes of the applications that they ask for
     * @param backups of the targets of those that ask for one
     */
    record Reported(Map<Deployments.Place, List<Deployments.Report>> changes, Backups.Known backups) {}

    /** All that the gates of these passages are held against, in as many statements for many as for one. */
    Reported reported(List<Passage> passages, Instant now) {
        Set<Deployments.Place> places = passages.stream()
                .flatMap(passage -> Stream.of(passage.phase().after().deployment(), passage.phase().after().absent())
                        .filter(Objects::nonNull).map(asked -> place(passage, asked)))
                .collect(Collectors.toSet());
        Set<String> targets = new HashSet<>();
        Duration oldest = Duration.ZERO;
        for (Passage passage : passages) {
            Demand demand = backupDemand(passage);
            if (demand != null) {
                targets.addAll(passage.labels().keySet());
                oldest = demand.maxAge().compareTo(oldest) > 0 ? demand.maxAge() : oldest;
            }
        }
        return new Reported(deployments.changes(places), backups.known(targets, now.minus(oldest)));
    }

    private static Deployments.Place place(Passage passage, Phase.Versions asked) {
        return new Deployments.Place(asked.application(), passage.environment());
    }

    static List<Blocker> blockers(Passage passage, Reported reported, Instant now) {
        List<Standing> standings = versionGates(passage, reported);
        List<Blocker> blockers = new ArrayList<>();
        standings.forEach(standing -> blockers.addAll(standing.blockers()));
        soak(passage, standings, now).ifPresent(blockers::add);
        backup(passage, reported.backups, now).ifPresent(blockers::add);
        return blockers;
    }

    private static List<Standing> versionGates(Passage passage, Reported reported) {
        Phase.After after = passage.phase().after();
        List<Standing> standings = new ArrayList<>();
        if (after.deployment() != null) {
            standings.add(stand(passage, after.deployment(), DeploymentGate.Demand.PRESENT, reported));
        }
        if (after.absent() != null) {
            standings.add(stand(passage, after.absent(), DeploymentGate.Demand.ABSENT, reported));
        }
        return standings;
    }

    private static Standing stand(Passage passage, Phase.Versions asked, DeploymentGate.Demand demand,
            Reported reported) {
        VersionGate gate = new VersionGate(passage.environment(), asked, demand);
        VersionRange range;
        try {
            range = VersionRange.parse(asked.version());
        } catch (IllegalArgumentException e) {
            return new Standing(null, List.of(gate.unreadable(String.valueOf(e.getMessage()))));
        }
        DeploymentGate standing = DeploymentGate
                .after(reported.changes.getOrDefault(place(passage, asked), List.of()), range, demand);
        return new Standing(standing.heldSince(), standing.holds() ? List.of() : gate.blockers(standing));
    }

    private static Optional<Blocker> soak(Passage passage, List<Standing> standings, Instant now) {
        Duration soak = passage.phase().after().soak();
        // No phase before the first could soak; the format refuses it there.
        if (soak == null || passage.phase().index() == 0) {
            return Optional.empty();
        }
        Instant start = soakStart(passage, standings);
        if (start == null) {
            return Optional.of(soakNotStarted(passage, soak));
        }
        Instant ends = start.plus(soak);
        return now.isBefore(ends) ? Optional.of(soaking(soak, start, ends)) : Optional.empty();
    }

    /** The latest of all beginnings, or null while one is missing. */
    private static @Nullable Instant soakStart(Passage passage, List<Standing> standings) {
        Instant start = passage.previousPhaseDone();
        for (Standing standing : standings) {
            Instant since = standing.heldSince();
            if (start == null || since == null) {
                return null;
            }
            start = since.isAfter(start) ? since : start;
        }
        return start;
    }

    private static Blocker soakNotStarted(Passage passage, Duration soak) {
        String missing = passage.previousPhaseDone() == null
                ? "the previous phase is done"
                : "the right application versions are live";
        return new Blocker("soak",
                "A soak of %s is asked for, and does not begin before %s".formatted(Words.duration(soak), missing),
                "by itself %s after %s".formatted(Words.duration(soak), missing), null,
                Map.of("soakSeconds", soak.toSeconds()));
    }

    private static Blocker soaking(Duration soak, Instant start, Instant ends) {
        return new Blocker("soak", "The soak of %s began at %s".formatted(Words.duration(soak), Words.at(start)),
                "by itself at " + Words.at(ends), ends,
                Map.of("soakSeconds", soak.toSeconds(), "since", start.toString(), "until", ends.toString()));
    }

    private static Optional<Blocker> backup(Passage passage, Backups.Known known, Instant now) {
        Demand demand = backupDemand(passage);
        if (demand == null) {
            return Optional.empty();
        }
        Map<String, String> lacking = known.lacking(passage.labels().keySet().stream().sorted().toList(), demand, now);
        return lacking.isEmpty() ? Optional.empty() : Optional.of(lacks(passage, demand, lacking));
    }

    private static @Nullable Demand backupDemand(Passage passage) {
        Phase.Backup asked = passage.phase().after().backup();
        if (asked != null) {
            return new Demand(asked.maxAge(), asked.keepFor(), passage.backupClass());
        }
        return passage.overTheRiver() ? new Demand(RIVER_BACKUP_AGE, null, passage.backupClass()) : null;
    }

    private static Blocker lacks(Passage passage, Demand demand, Map<String, String> lacking) {
        List<String> each = lacking.entrySet().stream().map(lack -> lack.getKey() + " (" + lack.getValue() + ")")
                .toList();
        String asked = "not older than " + Words.duration(demand.maxAge())
                + (demand.keepFor() == null ? "" : ", kept for another " + Words.duration(demand.keepFor()))
                + (demand.atLeast() == BackupClass.STATED ? "" : ", at least " + demand.atLeast().word());
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("targets", List.copyOf(lacking.keySet()));
        facts.put("lacks", lacking);
        facts.put("maxAgeSeconds", demand.maxAge().toSeconds());
        Stream.ofNullable(demand.keepFor()).forEach(keep -> facts.put("keepForSeconds", keep.toSeconds()));
        facts.put("class", demand.atLeast().word());
        return new Blocker("backup",
                "%d of %d targets lack evidence of a backup %s: %s".formatted(lacking.size(), passage.labels().size(),
                        asked, Words.list(each)),
                "an operator in %s or a token with the scope backups, by reporting one for each of these targets"
                        .formatted(passage.environment()),
                null, facts);
    }
}
