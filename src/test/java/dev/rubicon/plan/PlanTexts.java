package dev.rubicon.plan;

import java.util.LinkedHashMap;

/** Texts for documents that tests put together by hand: everything stands at the first line. */
public final class PlanTexts {

    private PlanTexts() {}

    public static PlanText of(PlanDocument document) {
        return new PlanText(document, "{}", new Node.Mapping(0, new LinkedHashMap<>(), 0), new SourceText(""));
    }
}
