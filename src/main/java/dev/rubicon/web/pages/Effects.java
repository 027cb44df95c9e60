package dev.rubicon.web.pages;

import dev.rubicon.engine.facts.Facts;
import dev.rubicon.engine.facts.Lock;
import dev.rubicon.engine.facts.LockMode;
import dev.rubicon.engine.facts.QualifiedName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** What a statement does to those who use the database meanwhile, in a line. */
final class Effects {

    private Effects() {}

    /** Empty where nobody notices. */
    static String words(Facts facts) {
        List<String> said = new ArrayList<>();
        facts.locks().stream().filter(lock -> lock.kind() != Lock.Kind.INDEX)
                .filter(lock -> lock.mode().compareTo(LockMode.SHARE_UPDATE_EXCLUSIVE) >= 0)
                .sorted(Comparator.comparing(Lock::mode).reversed()).forEach(lock -> said.add(words(lock)));
        add(said, "rewrites ", facts.rewrites());
        add(said, "reads all of ", facts.scans());
        return String.join(" · ", said);
    }

    private static String words(Lock lock) {
        String waits = lock.mode().blocksReads()
                ? "reads and writes wait"
                : lock.mode().blocksWrites() ? "writes wait" : "nobody waits";
        return lock.mode().word() + " on " + lock.relation() + ": " + waits;
    }

    private static void add(List<String> said, String verb, List<QualifiedName> relations) {
        if (!relations.isEmpty()) {
            said.add(verb + relations.stream().map(QualifiedName::toString).collect(Collectors.joining(", ")));
        }
    }
}
