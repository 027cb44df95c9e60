package dev.rubicon.web.pages;

import com.microsoft.playwright.Page;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Looks at an open page as different readers do, and tells what is in their way. */
final class Sight {

    private static final String AXE = resource("/axe.min.js");
    private static final String OWN = resource("sight.js");
    private static final String FOCUS = resource("focus.js");
    private static final String STILL = resource("still.js");

    /** The rules of WCAG 2.2 AA and of good practice; the one on the size of targets is off unless it is asked for. */
    private static final String ASK_AXE = """
            async (only) => (await axe.run(document, { resultTypes: ['violations'], elementRef: false,
              ...(only ? {runOnly: only} : {rules: {'target-size': {enabled: true}}}),
            })).violations.map((rule) => `axe ${rule.id}: ${rule.help}: `
              + rule.nodes.slice(0, 3).map((node) => `${node.html.slice(0, 200)} (${node.failureSummary})`).join(' | '))""";

    /** What another theme can change. */
    private static final List<String> OF_COLOUR = List.of("color-contrast", "link-in-text-block");

    private Sight() {}

    /** What axe and our own eyes find; nothing moves any more when this is asked. */
    static List<String> findings(Page page) {
        List<String> found = new ArrayList<>(ask(page, OWN, null));
        found.addAll(axe(page, null));
        return found;
    }

    /** What is found in this theme, on a page that was looked at in the other one. */
    static List<String> findingsOfColour(Page page) {
        return axe(page, OF_COLOUR);
    }

    private static List<String> axe(Page page, @Nullable Object only) {
        if (Boolean.FALSE.equals(page.evaluate("typeof axe === 'object'"))) {
            page.evaluate(AXE);
        }
        return ask(page, ASK_AXE, only);
    }

    /** What has the focus of a keyboard without showing it. */
    static List<String> hiddenFocus(Page page) {
        page.keyboard().press("Tab");
        return ask(page, FOCUS, null);
    }

    /** Controls that are dead where no script runs. */
    static List<String> deadControls(Page page) {
        return ask(page, STILL, null);
    }

    private static List<String> ask(Page page, String question, @Nullable Object about) {
        return ((List<?>) Objects.requireNonNull(page.evaluate(question, about))).stream().map(String::valueOf)
                .toList();
    }

    static String resource(String name) {
        try (InputStream in = Objects.requireNonNull(Sight.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
