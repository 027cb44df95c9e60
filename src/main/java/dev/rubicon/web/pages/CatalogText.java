package dev.rubicon.web.pages;

import dev.rubicon.analysis.Learned;
import dev.rubicon.analysis.SecondPass;
import java.util.List;

/**
 * What the catalog of a target changes in the judgement of a plan.
 *
 * @param targets those that can be chosen
 * @param chosen the target that was looked at, or an empty text
 */
record CatalogText(List<String> targets, String chosen, String words, List<Change> changes) {

    /** @param change in words, like {@code error, now info} */
    record Change(String rule, String change, String where, String because) {}

    static CatalogText none(List<String> targets) {
        return new CatalogText(targets, "", "The findings below go by the text alone. A target's catalog tells more: which "
                + "tables are small, which functions are volatile, what a CHECK already proves, what hangs on a column.",
                List.of());
    }

    /** @param why what kept Rubicon from reading it */
    static CatalogText unreadable(List<String> targets, String chosen, String why) {
        return new CatalogText(targets, chosen, why, List.of());
    }

    static CatalogText of(List<String> targets, SecondPass.Refined refined) {
        List<Change> changes = refined.learned().stream().map(CatalogText::change).toList();
        String server = "PostgreSQL " + refined.serverVersion() + " at " + refined.target();
        return new CatalogText(targets, refined.target(), changes.isEmpty()
                ? server + " changes nothing in the findings below."
                : server + " changes " + Amounts.count(changes.size(), "finding") + ". Approvals go by the findings below.",
                changes);
    }

    private static Change change(Learned learned) {
        String was = learned.was() == null ? "" : learned.was().word();
        String is = learned.is() == null ? "" : learned.is().word();
        String change = was.isEmpty() ? "new " + is : is.isEmpty() ? was + ", gone" : was + ", now " + is;
        String where = (learned.step() == null ? "" : learned.step() + ", ") + learned.direction() + ", line "
                + learned.line() + ":";
        return new Change(learned.rule(), change, where, learned.because());
    }
}
