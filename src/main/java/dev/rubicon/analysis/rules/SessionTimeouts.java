package dev.rubicon.analysis.rules;

import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Action.TransactionControl.Control;
import dev.rubicon.engine.facts.LockMode;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Follows one setting of a script's session, SET LOCAL to the end of its transaction. */
final class SessionTimeouts {

    private static final Pattern LENGTH = Pattern.compile("\\s*([0-9]+(?:\\.[0-9]+)?)\\s*(us|ms|s|min|h|d)?\\s*");
    private static final Map<String, Double> MILLIS = Map.of("us", 0.001, "ms", 1.0, "s", 1_000.0, "min", 60_000.0,
            "h", 3_600_000.0, "d", 86_400_000.0);

    private final String setting;
    private final Map<Boolean, @Nullable String> values = new HashMap<>();

    SessionTimeouts(String setting) {
        this.setting = setting;
    }

    /** The value in force, or null where the script set none. */
    @Nullable
    String value() {
        return values.containsKey(true) ? values.get(true) : values.get(false);
    }

    /** Takes the statement as run. */
    void run(Judged judged) {
        judged.actions(Action.Setting.class).filter(each -> each.name().equals(setting))
                .forEach(each -> values.put(each.local(), each.value()));
        boolean over = judged.actions(Action.TransactionControl.class).map(Action.TransactionControl::control)
                .anyMatch(control -> control == Control.COMMIT || control == Control.ROLLBACK);
        if (over) {
            values.remove(true);
        }
    }

    /** How long a value is, where it is a length of time; 0 means no limit. */
    static Optional<Duration> length(@Nullable String value) {
        Matcher matcher = LENGTH.matcher(value == null ? "" : value);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        double unit = MILLIS.get(matcher.group(2) == null ? "ms" : matcher.group(2));
        return Optional.of(Duration.ofMillis((long) (Double.parseDouble(matcher.group(1)) * unit)));
    }

    static boolean unlimited(@Nullable String value) {
        return value == null || length(value).filter(Duration::isZero).isPresent();
    }

    /**
     * Whether others queue behind the statement while it waits for its lock. Those that wait for others without keeping
     * them out are none: for them a short timeout does harm.
     */
    static boolean queues(Judged judged) {
        return !Held.patient(judged) && !Held.tables(judged, LockMode.SHARE_UPDATE_EXCLUSIVE).isEmpty();
    }

    /** The first statement for which others queue while a setting of the script does not limit it. */
    static Optional<Judged> firstUnlimited(String setting, List<Judged> judged) {
        SessionTimeouts session = new SessionTimeouts(setting);
        for (Judged each : judged) {
            if (queues(each) && unlimited(session.value())) {
                return Optional.of(each);
            }
            session.run(each);
        }
        return Optional.empty();
    }

    /** A statement that limits the one after it, and no other where one of those waits for good reason. */
    static String safeForm(String setting, String value, Judged judged, List<Judged> script) {
        boolean alone = !judged.statement().transactional();
        if (script.stream().noneMatch(Held::patient) || alone) {
            return "SET %s = '%s';\n%s;%s".formatted(setting, value, judged.statement().sql(),
                    alone ? "\nRESET " + setting + ";" : "");
        }
        return "BEGIN;\nSET LOCAL %s = '%s';\n%s;\nCOMMIT;".formatted(setting, value, judged.statement().sql());
    }
}
