package dev.rubicon.registry;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Shows the refused start as two sentences in place of a stack trace. */
class OtherKeyAnalyzer extends AbstractFailureAnalyzer<OtherKey> {
    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, OtherKey cause) {
        return new FailureAnalysis(cause.getMessage(), OtherKey.REMEDY, cause);
    }
}
