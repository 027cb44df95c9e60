package dev.rubicon.analysis.rules;

import dev.rubicon.engine.facts.QualifiedName;
import java.util.Locale;

/** Names as plans write them. */
final class PlanNames {

    private PlanNames() {}

    /** A table as a backfill names it: qualified or not, in double quotes where that is needed. */
    static QualifiedName of(String written) {
        int dot = dot(written);
        return dot < 0
                ? QualifiedName.of(folded(written))
                : new QualifiedName(folded(written.substring(0, dot)), folded(written.substring(dot + 1)));
    }

    private static int dot(String written) {
        boolean quoted = false;
        for (int i = 0; i < written.length(); i++) {
            quoted ^= written.charAt(i) == '"';
            if (!quoted && written.charAt(i) == '.') {
                return i;
            }
        }
        return -1;
    }

    private static String folded(String name) {
        String bare = name.strip();
        return bare.length() > 1 && bare.startsWith("\"") && bare.endsWith("\"")
                ? bare.substring(1, bare.length() - 1).replace("\"\"", "\"")
                : bare.toLowerCase(Locale.ROOT);
    }
}
