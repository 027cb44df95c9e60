package dev.rubicon.registry;

import dev.rubicon.problem.Violations;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** What the values of a target may be. */
@Component
class TargetRules {

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,79}");
    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/-]{0,79}");
    private static final Pattern VALUE = Pattern.compile("[^\\p{Cntrl}]{0,200}");
    private static final Pattern ENDPOINT = Pattern.compile("https?://[A-Za-z0-9.-]{1,253}(:\\d{1,5})?/?");
    private static final int MOST_ENTRIES = 50;
    private static final int LONGEST_PASSWORD = 1000;

    private final SecretReferences references;
    private final ObjectProvider<ProbeRules> probes;

    TargetRules(SecretReferences references, ObjectProvider<ProbeRules> probes) {
        this.references = references;
        this.probes = probes;
    }

    static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    void checkName(Violations violations, String name) {
        violations.unless(isName(name), "/name",
                "A name is 1 to 80 lower-case letters, digits, '.', '_' or '-' and begins with a letter or digit");
    }

    void check(Violations violations, EngineKind engine, String url, @Nullable String username,
            Map<String, String> labels, Map<String, String> settings) {
        switch (engine) {
            case POSTGRESQL -> checkUrl(violations, url);
            case DYNAMODB -> violations.unless(ENDPOINT.matcher(url).matches(), "/url",
                    "The URL of a DynamoDB target is its endpoint, like https://dynamodb.eu-central-1.amazonaws.com");
        }
        violations.unless(username == null || (!username.isEmpty() && VALUE.matcher(username).matches()), "/username",
                "A user name has 1 to 200 characters and no control characters");
        checkEntries(violations, "labels", labels);
        Map<String, String> others = new LinkedHashMap<>(settings);
        String probe = settings.getOrDefault(BackfillLimit.PROBE.key(), BackfillLimit.OFF);
        if (probe != null) {
            others.remove(BackfillLimit.PROBE.key());
        }
        checkEntries(violations, "settings", others);
        BackfillLimits.check(violations, settings);
        checkProbe(violations, engine, probe);
    }

    private void checkProbe(Violations violations, EngineKind engine, @Nullable String sql) {
        if (sql != null && !sql.equals(BackfillLimit.OFF) && BackfillLimit.PROBE.takes(sql)) {
            probes.stream().map(rules -> rules.objection(engine, sql)).filter(Objects::nonNull).findFirst()
                    .ifPresent(why -> violations.add("/settings/" + BackfillLimit.PROBE.key(), why));
        }
    }

    void checkPassword(Violations violations, @Nullable String password, @Nullable String reference) {
        violations.unless(password == null || reference == null, "/passwordRef",
                "Give a password or a reference to one, not both");
        violations.unless(
                password == null || (!password.isEmpty() && password.length() <= LONGEST_PASSWORD
                        && password.indexOf('\0') < 0),
                "/password", "A password has 1 to " + LONGEST_PASSWORD + " characters");
        String objection = reference == null ? null : references.objection(reference);
        if (objection != null) {
            violations.add("/passwordRef", objection);
        }
    }

    private void checkUrl(Violations violations, String text) {
        try {
            JdbcUrl.parse(text).files().forEach(file -> {
                String objection = references.objection(file);
                if (objection != null) {
                    violations.add("/url", objection);
                }
            });
        } catch (IllegalArgumentException e) {
            violations.add("/url", String.valueOf(e.getMessage()));
        }
    }

    private static void checkEntries(Violations violations, String field, Map<String, String> entries) {
        violations.unless(entries.size() <= MOST_ENTRIES, "/" + field, "There are at most " + MOST_ENTRIES);
        entries.forEach((key, value) -> violations.unless(
                KEY.matcher(key).matches() && value != null && VALUE.matcher(value).matches(), "/" + field,
                "Keys are 1 to 80 letters, digits or . _ / -, values at most 200 characters"));
    }
}
