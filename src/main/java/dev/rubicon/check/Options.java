package dev.rubicon.check;

import dev.rubicon.analysis.Terms;
import dev.rubicon.plan.Severity;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the command line was asked for.
 *
 * @param paths files and folders; {@code -} is the standard input
 * @param failOn the least severity that makes the run fail, or null when no finding does
 * @param servers the major version that was asked for, or in words all that the judgement holds for
 * @param only the rules to judge by, or empty for all
 * @param inTransaction whether the tool that runs the files opens a transaction around each that does not say otherwise
 */
record Options(List<String> paths, Format format, @Nullable Severity failOn, Terms terms, String servers,
        Set<String> only, Set<String> without, boolean inTransaction) {

    /** In what form findings are told. */
    enum Format {
        TEXT, JSON, SARIF
    }

    boolean wants(String rule) {
        return !without.contains(rule) && (only.isEmpty() || only.contains(rule));
    }

    /** Whether a finding of this severity makes the run fail. */
    boolean failsOn(Severity severity) {
        return failOn != null && severity.compareTo(failOn) >= 0;
    }
}
