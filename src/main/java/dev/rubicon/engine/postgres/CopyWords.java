package dev.rubicon.engine.postgres;

import dev.rubicon.engine.Answer;
import dev.rubicon.engine.Comparison;
import dev.rubicon.engine.postgres.ComparisonRows.Sums;
import dev.rubicon.plan.Work;
import java.util.ArrayList;
import java.util.List;

/**
 * What the counts of a comparison with copies mean.
 *
 * @param last whether what comes next cannot be undone
 */
record CopyWords(Work.Backfill work, CopyComparison text, Beside.Others others, Sums found, boolean last) {

    Comparison all() {
        return new Comparison(name(work), answer(), compared() + findings());
    }

    static String name(Work.Backfill work) {
        return "rows are in " + work.into() + " as they were copied";
    }

    private Answer answer() {
        if (differProvably() || missProvably() || last && text.firm() && found.matchingLate() > 0) {
            return Answer.DOES_NOT_HOLD;
        }
        return found.differing() + found.differingLate() + found.matching() + found.matchingLate() + found.unread()
                + found.leftOut() == 0
                        ? Answer.HOLDS
                        : Answer.INCONCLUSIVE;
    }

    private boolean differProvably() {
        return found.differing() > 0 && text.firm() && others.wroteNothing();
    }

    private boolean missProvably() {
        return found.matching() > 0 && text.firm() && others.deletedNothing();
    }

    private String compared() {
        return ComparisonWords.looked(work, found) + ComparisonWords.unread(found) + (found.leftOut() == 0
                ? ""
                : ", %s NULL in the key that copies are found by".formatted(
                        ComparisonWords.count(found.leftOut(), "has", "have")));
    }

    private String findings() {
        List<String> findings = new ArrayList<>();
        add(findings, found.matching(), "is not there", "are not there", missProvably()
                ? "by the server's counters nobody deleted any: look for a trigger or a rule that turns rows away"
                : text.firm()
                        ? others.deleted() == null
                                ? "whether others deleted the copies is not known"
                                : "others may have deleted the copies"
                        : "whether they were to be copied cannot be said for certain");
        add(findings, found.differing(), "has another copy", "have other copies", differProvably()
                ? "by the server's counters nobody else wrote there: look for a trigger that alters them"
                : text.firm()
                        ? others.written() == null
                                ? "whether others wrote there too is not known"
                                : "others wrote there too"
                        : "what was to be copied cannot be said for certain");
        add(findings, found.differingLate(), "has another copy", "have other copies",
                "the copies were written since, perhaps by the application");
        add(findings, found.matchingLate(), "has no copy, or an older one,", "have no copy, or an older one,",
                "others have written these rows since" + (last
                        ? ", and what comes next would lose that. Bring both tables in step, make sure that nobody writes "
                                + "such rows any more, and retry"
                        : ". It is asked again before the point of no return"));
        if (findings.isEmpty()) {
            return text.compared().isEmpty() ? "; none is missing" + kept() : "; none is missing, none differs";
        }
        return "; " + String.join("; ", findings) + ComparisonWords.example(found);
    }

    private String kept() {
        return work.onConflict() == null
                ? ""
                : " (one that was there already may hold other values: 'onConflict' leaves it alone)";
    }

    private void add(List<String> findings, long number, String one, String many, String why) {
        if (number > 0) {
            findings.add("%s %s in %s: %s".formatted(ComparisonWords.count(number, "row"), number == 1 ? one : many,
                    work.into(), why));
        }
    }
}
