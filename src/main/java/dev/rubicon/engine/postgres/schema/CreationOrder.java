package dev.rubicon.engine.postgres.schema;

import dev.rubicon.engine.schema.SchemaObject.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Puts parts in an order in which each comes after what it needs; what is free to come at any time comes by kind and name.
 * Where parts need each other in a circle, a view of that circle is first made as its stand-in.
 */
final class CreationOrder {

    private static final Comparator<Part> FIRST = Comparator.comparing(Part::kind).thenComparing(Part::name)
            .thenComparing(part -> part.address().part()).thenComparing(part -> part.address().oid());

    private final Map<Part, Set<Part>> needs;
    private final Map<Part, List<Part>> needed = new HashMap<>();
    private final Map<Part, Integer> open = new HashMap<>();
    private final PriorityQueue<Part> ready = new PriorityQueue<>(FIRST);
    private final SortedSet<Part> left = new TreeSet<>(FIRST);
    private final Set<Part> stoodIn = new HashSet<>();
    private final List<Step> steps = new ArrayList<>();

    /**
     * @param form what of the part is made now
     */
    record Step(Part part, Form form) {}

    /** How a part is made. */
    enum Form {
        /** As it is. */
        WHOLE,
        /** Only something that can be referred to. */
        STAND_IN,
        /** As it is, in place of its stand-in. */
        IN_PLACE
    }

    private CreationOrder(Map<Part, Set<Part>> needs) {
        this.needs = needs;
        needs.forEach((part, before) -> {
            left.add(part);
            open.put(part, before.size());
            before.forEach(each -> needed.computeIfAbsent(each, none -> new ArrayList<>()).add(part));
            if (before.isEmpty()) {
                ready.add(part);
            }
        });
    }

    static List<Step> of(Map<Part, Set<Part>> needs) {
        CreationOrder order = new CreationOrder(needs);
        while (!order.left.isEmpty()) {
            order.advance();
        }
        return order.steps;
    }

    private void advance() {
        Part next = ready.poll();
        if (next == null) {
            breakCircle();
        } else if (left.remove(next)) {
            boolean replaces = stoodIn.contains(next);
            steps.add(new Step(next, replaces ? Form.IN_PLACE : Form.WHOLE));
            if (!replaces) {
                release(next);
            }
        }
    }

    private void release(Part made) {
        for (Part waiting : needed.getOrDefault(made, List.of())) {
            if (open.merge(waiting, -1, Integer::sum) == 0) {
                ready.add(waiting);
            }
        }
    }

    private void breakCircle() {
        left.stream().filter(part -> part.kind() == Kind.VIEW && part.standIn() != null && !stoodIn.contains(part))
                .filter(this::standsInCircle).findFirst().ifPresentOrElse(view -> {
                    stoodIn.add(view);
                    steps.add(new Step(view, Form.STAND_IN));
                    release(view);
                }, () -> ready.add(left.getFirst()));
    }

    private boolean standsInCircle(Part part) {
        Set<Part> seen = new HashSet<>();
        Deque<Part> ahead = new ArrayDeque<>(List.of(part));
        while (!ahead.isEmpty()) {
            for (Part each : needs.getOrDefault(ahead.pop(), Set.of())) {
                if (each.equals(part)) {
                    return true;
                }
                if (left.contains(each) && !stoodIn.contains(each) && seen.add(each)) {
                    ahead.push(each);
                }
            }
        }
        return false;
    }
}
