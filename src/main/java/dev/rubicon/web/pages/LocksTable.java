package dev.rubicon.web.pages;

import dev.rubicon.engine.Holder;
import dev.rubicon.engine.LocksSeen;
import dev.rubicon.engine.LocksSeen.Taken;
import dev.rubicon.engine.facts.LockMode;
import dev.rubicon.rehearsal.ProductionCheck;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The locks of a step as they were foreseen, rehearsed and seen in production.
 *
 * @param sign whether they agree
 * @param with which rehearsal it is compared with, or that there is none
 * @param more what is not shown, or an empty text
 * @param waited how long the step waited in all, or an empty text
 * @param holders who held what the step waited for
 * @param otherwise what was seen otherwise than it was foreseen or rehearsed
 */
record LocksTable(Sign sign, String with, List<Line> lines, String more, String waited, List<String> holders,
        List<String> otherwise) {

    private static final Sign DIFFERS = new Sign("warn", "hold", "otherwise than expected");
    private static final Sign AGREES = new Sign("check", "good", "as expected");
    private static final Sign ALONE = new Sign("info", "soft", "seen in production");

    record Line(String relation, String foreseen, String rehearsed, String seen) {}

    static LocksTable of(ProductionCheck.StepLocks step) {
        Long rehearsal = step.rehearsal();
        boolean foreseen = step.relations().stream().anyMatch(each -> each.foreseen() != null);
        return new LocksTable(
                step.disagreements().isEmpty() ? foreseen || rehearsal != null ? AGREES : ALONE : DIFFERS,
                rehearsal == null ? "Not rehearsed" : "Rehearsal #" + rehearsal,
                step.relations().stream().filter(LocksTable::told)
                        .map(each -> line(each, foreseen ? "none" : "", rehearsal == null ? "" : "none")).toList(),
                step.seen().more() == 0 ? "" : Amounts.count(step.seen().more(), "relation") + " more",
                step.seen().waitedMillis() == 0
                        ? ""
                        : "It waited for locks for " + millis(step.seen().waitedMillis()) + " in all.",
                step.seen().holders().stream().map(LocksTable::words).toList(), step.disagreements());
    }

    /** Reading holds off next to nobody; nor does what writing takes of indexes. */
    private static boolean told(ProductionCheck.Relation relation) {
        LockMode least = relation.kind().equals("index") ? LockMode.SHARE_UPDATE_EXCLUSIVE : LockMode.ROW_SHARE;
        Taken taken = relation.inProduction();
        return reaches(relation.foreseen(), least) || reaches(relation.rehearsed(), least)
                || taken != null && (reaches(taken.mode(), least) || taken.waitedMillis() > 0);
    }

    private static boolean reaches(@Nullable LockMode mode, LockMode least) {
        return mode != null && mode.compareTo(least) >= 0;
    }

    /**
     * @param unforeseen what is said where nothing was foreseen
     * @param unrehearsed what is said where nothing was rehearsed
     */
    private static Line line(ProductionCheck.Relation relation, String unforeseen, String unrehearsed) {
        LockMode foreseen = relation.foreseen();
        LockMode rehearsed = relation.rehearsed();
        Long millis = relation.rehearsedMillis();
        Taken taken = relation.inProduction();
        return new Line((relation.kind() + " " + relation.relation()).strip(),
                foreseen == null ? unforeseen : foreseen.word(),
                rehearsed == null || millis == null ? unrehearsed : rehearsed.word() + ", " + millis(millis),
                taken == null ? "none seen" : words(taken));
    }

    /** For a line of its own, with its relation. */
    static List<String> lines(LocksSeen seen) {
        return seen.locks().stream()
                .filter(lock -> told(
                        new ProductionCheck.Relation(lock.relation(), lock.kind(), null, null, null, lock)))
                .map(lock -> "%s %s: %s".formatted(lock.kind(), lock.relation(), words(lock))).toList();
    }

    private static String words(Taken lock) {
        String waited = lock.waitedMillis() == 0 ? "" : ", after " + millis(lock.waitedMillis()) + " of waiting";
        // what runs outside a transaction and is over at once is not seen; that it read is no answer to what it locked
        String had = lock.taken() && lock.mode() == LockMode.ACCESS_SHARE
                ? "no more than ACCESS SHARE seen" + waited
                : lock.taken()
                        ? "%s, %s%s%s".formatted(lock.mode().word(), lock.exact() ? "at most " : "about ",
                                millis(lock.heldMillis()), waited)
                        : "not had: %s of waiting for %s".formatted(millis(lock.waitedMillis()), lock.mode().word());
        return lock.waiters() == 0
                ? had
                : "%s; %s waited behind it, up to %s".formatted(had, Amounts.count(lock.waiters(), "session"),
                        millis(lock.waiterMillis()));
    }

    private static String millis(long millis) {
        return Amounts.duration(Duration.ofMillis(millis));
    }

    private static String words(Holder holder) {
        String lock = holder.relation().isEmpty() ? holder.mode() : holder.mode() + " on " + holder.relation();
        return "pid %d, %s, held %s (%s)".formatted(holder.pid(), HolderWords.who(holder), lock,
                holder.transactionOpen());
    }
}
