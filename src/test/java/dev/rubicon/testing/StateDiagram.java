package dev.rubicon.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.BiPredicate;

/** Walks and draws a state machine from its own answer to what may follow what. */
public final class StateDiagram {

    private StateDiagram() {}

    public static <S extends Enum<S>> Set<S> successors(S state, BiPredicate<S, S> leadsTo) {
        Set<S> next = EnumSet.noneOf(state.getDeclaringClass());
        for (S other : state.getDeclaringClass().getEnumConstants()) {
            if (leadsTo.test(state, other)) {
                next.add(other);
            }
        }
        return next;
    }

    /** The state and all that can follow it. */
    public static <S extends Enum<S>> Set<S> reachable(S from, BiPredicate<S, S> leadsTo) {
        Set<S> seen = EnumSet.of(from);
        Deque<S> open = new ArrayDeque<>(seen);
        while (!open.isEmpty()) {
            for (S next : successors(open.pop(), leadsTo)) {
                if (seen.add(next)) {
                    open.push(next);
                }
            }
        }
        return seen;
    }

    /** Writes {@code src/docs/states/NAME.md}: the picture in the docs is the code's own. */
    public static <S extends Enum<S>> void write(String name, S[] states, BiPredicate<S, S> leadsTo) {
        StringBuilder text = new StringBuilder("# States of a " + name.replace('-', ' ') + "\n\n```mermaid\n"
                + "stateDiagram-v2\n    [*] --> " + states[0] + "\n");
        for (S state : states) {
            for (S next : successors(state, leadsTo)) {
                text.append("    ").append(state).append(" --> ").append(next).append('\n');
            }
        }
        try {
            Path file = Path.of("src", "docs", "states", name + ".md");
            Files.createDirectories(file.getParent());
            Files.writeString(file, text.append("```\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
