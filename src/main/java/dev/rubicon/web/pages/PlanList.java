package dev.rubicon.web.pages;

import dev.rubicon.plan.PlanRevision;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Every plan with its newest revision. */
record PlanList(List<Row> rows, String query, int all) {

    record Row(String plan, String title, int revision, String shortDigest, String submittedBy, Moment at,
            @Nullable Sign risk, String until, SmallRail small) {}

    static PlanList of(List<PlanRevision> newest, @Nullable String query, Instant now) {
        String wanted = query == null ? "" : query.strip();
        String lower = wanted.toLowerCase(Locale.ROOT);
        List<Row> rows = newest.stream().filter(one -> (one.plan() + " " + one.document().title())
                .toLowerCase(Locale.ROOT).contains(lower)).map(one -> row(one, now)).toList();
        return new PlanList(rows, wanted, newest.size());
    }

    private static Row row(PlanRevision one, Instant now) {
        return new Row(one.plan(), one.document().title(), one.revision(), Amounts.shortDigest(one.digest()),
                one.submittedBy(), Moment.of(one.submittedAt(), now),
                one.verdict() == null ? null : Sign.of(one.verdict().level()), PlanPage.until(one),
                SmallRail.of(one));
    }
}
