package dev.rubicon.demo;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Shows the refusal as two sentences in place of a stack trace. */
class DemoExposedAnalyzer extends AbstractFailureAnalyzer<DemoExposed> {
    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, DemoExposed cause) {
        return new FailureAnalysis(cause.getMessage(), "Set server.address=127.0.0.1, or rubicon.demo=false; or, where "
                + "nobody else can reach this machine, rubicon.demo.exposed=true.", cause);
    }
}
