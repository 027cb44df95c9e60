package dev.rubicon.problem;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Collects what is wrong with the values of a body, so that its sender learns all of it at once. */
public final class Violations {

    private final List<Map<String, String>> found = new ArrayList<>();

    /**
     * @param pointer JSON pointer of the value, like {@code /url}
     * @param message what the value has to be, in a sentence
     */
    public Violations add(String pointer, String message) {
        found.add(Map.of("pointer", pointer, "message", message));
        return this;
    }

    /** Adds the violation unless the value is as it should be. */
    public Violations unless(boolean right, String pointer, String message) {
        return right ? this : add(pointer, message);
    }

    /** Adds each place of the list, which may be missing as a whole, where there is none but null. */
    public Violations whole(@Nullable List<?> list, String pointer) {
        for (int i = 0; list != null && i < list.size(); i++) {
            unless(list.get(i) != null, pointer + "/" + i, "An element is missing");
        }
        return this;
    }

    /** @throws Problem INVALID_INPUT with all violations when there is one */
    public void refuse() {
        if (!found.isEmpty()) {
            throw problem();
        }
    }

    private Problem problem() {
        String first = found.getFirst().get("message");
        String more = found.size() == 1 ? "" : " (and " + (found.size() - 1) + " more)";
        return new Problem(ProblemType.INVALID_INPUT, first + more, Map.of("violations", List.copyOf(found)));
    }
}
