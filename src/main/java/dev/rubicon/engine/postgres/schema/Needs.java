package dev.rubicon.engine.postgres.schema;

import dev.rubicon.engine.postgres.schema.Part.Address;
import dev.rubicon.engine.schema.SchemaObject.Kind;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which parts have to be there before which, after what the server says depends on what. */
final class Needs {

    private static final String SHELL = "shell";
    private static final String OWNED = "owned";
    /** What reaches the children of a table when it is made, and so waits for them all. */
    private static final Set<Kind> REACHING = EnumSet.of(Kind.CONSTRAINT, Kind.INDEX, Kind.TRIGGER, Kind.FOREIGN_KEY);

    private final Map<Address, Part> parts = new LinkedHashMap<>();
    private final Set<Address> gotten = new HashSet<>();
    private final Map<Address, Address> owners = new HashMap<>();
    private final Map<Address, Set<Address>> children = new HashMap<>();
    private final Map<Part, Set<Part>> needs = new LinkedHashMap<>();

    private Needs(Collection<Part> all, List<Dependency> dependencies) {
        all.forEach(part -> parts.put(part.address(), part));
        all.forEach(part -> needs.put(part, new HashSet<>()));
        dependencies.stream().filter(each -> each.partition() && !parts.containsKey(each.from()))
                .forEach(each -> gotten.add(each.from()));
        dependencies.forEach(this::own);
        all.forEach(this::piece);
        dependencies.forEach(this::need);
        shells();
        checksOfDomains();
        needs.forEach((part, needed) -> waitForChildren(part, Set.copyOf(needed)));
    }

    /** Each part with those that it needs, itself never among them. */
    static Map<Part, Set<Part>> of(Collection<Part> parts, List<Dependency> dependencies) {
        return new Needs(parts, dependencies).needs;
    }

    /** A row type belongs to its table, an array type to its element, a member to its extension, and so on. */
    private void own(Dependency dependency) {
        if (!parts.containsKey(dependency.from()) && (dependency.internal() || dependency.kind() == 'a')) {
            owners.merge(dependency.from(), dependency.to(), (first, other) -> dependency.internal() ? other : first);
        }
        if (dependency.inheritance()) {
            children.computeIfAbsent(dependency.to(), none -> new HashSet<>()).add(dependency.from());
        }
    }

    private void piece(Part part) {
        Part main = parts.get(part.address().object());
        if (part.address().part().equals(SHELL)) {
            add(main, part);
        } else {
            add(part, main);
        }
    }

    /** What a partition gets along with its parent's trigger or key is no reason for the partition to wait. */
    private void need(Dependency dependency) {
        if (gotten.contains(dependency.from())) {
            return;
        }
        Part from = resolved(dependency.from());
        Part to = resolved(dependency.to());
        if (from != null && from.kind() == Kind.SEQUENCE && dependency.kind() == 'a') {
            add(parts.get(from.address().other(OWNED)), to);
        } else {
            add(from, to);
        }
    }

    private @Nullable Part resolved(Address address) {
        Address at = address;
        for (int steps = 0; at != null && steps < 5; steps++) {
            Part part = parts.get(at);
            if (part != null) {
                return part;
            }
            at = owners.get(at);
        }
        return null;
    }

    private void add(@Nullable Part part, @Nullable Part needed) {
        if (part != null && needed != null && !part.equals(needed)) {
            Set<Part> mine = needs.get(part);
            if (mine != null) {
                mine.add(needed);
            }
        }
    }

    /** The functions that a type is made of need no more of it than its name. */
    private void shells() {
        for (Part shell : parts.values()) {
            Part type = parts.get(shell.address().object());
            if (shell.address().part().equals(SHELL) && type != null) {
                for (Part function : needs.getOrDefault(type, Set.of())) {
                    if (needs.getOrDefault(function, Set.of()).remove(type)) {
                        add(function, shell);
                    }
                }
            }
        }
    }

    /**
     * What uses a domain waits for its checks, for those cannot be added once a column has the domain within an array or a
     * row; only a check that needs something that uses the domain comes when that is there.
     */
    private void checksOfDomains() {
        Map<Part, Set<Part>> checks = new HashMap<>();
        needs.forEach((check, before) -> before.stream()
                .filter(each -> each.kind() == Kind.DOMAIN && check.name().endsWith(" ON DOMAIN " + each.name()))
                .filter(domain -> before.stream().noneMatch(each -> !each.equals(domain) && reaches(each, domain)))
                .forEach(domain -> checks.computeIfAbsent(domain, none -> new HashSet<>()).add(check)));
        needs.forEach((part, needed) -> List.copyOf(needed).stream().filter(each -> part.kind() != Kind.CONSTRAINT)
                .forEach(each -> needed.addAll(checks.getOrDefault(each, Set.of()))));
    }

    private boolean reaches(Part from, Part to) {
        Set<Part> seen = new HashSet<>();
        Deque<Part> open = new ArrayDeque<>(List.of(from));
        while (!open.isEmpty()) {
            Part part = open.pop();
            if (part.equals(to)) {
                return true;
            }
            if (seen.add(part)) {
                open.addAll(needs.getOrDefault(part, Set.of()));
            }
        }
        return false;
    }

    private void waitForChildren(Part part, Set<Part> needed) {
        if (REACHING.contains(part.kind())) {
            needed.stream().filter(each -> each.kind() == Kind.TABLE)
                    .forEach(table -> descendants(table.address()).forEach(child -> add(part, parts.get(child))));
        }
    }

    private Set<Address> descendants(Address table) {
        Set<Address> found = new HashSet<>();
        Deque<Address> open = new ArrayDeque<>(List.of(table));
        while (!open.isEmpty()) {
            for (Address child : children.getOrDefault(open.pop(), Set.of())) {
                if (found.add(child)) {
                    open.push(child);
                }
            }
        }
        return found;
    }
}
