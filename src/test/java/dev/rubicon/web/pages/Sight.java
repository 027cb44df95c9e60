package dev.rubicon.web.pages;

import com.microsoft.playwright.Page;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Looks at an open page as different readers do, and tells what is in their way. */
final class Sight {

    private static final String AXE = resource("/axe.min.js");
    private static final String OWN = resource("sight.js");
    private static final String FOCUS = resource("focus.js");
    private static final String STILL = resource("still.js");

    /** The rules of WCAG 2.2 AA and of good practice; the one on the size of targets is off unless it is asked for. */
    private static final String ASK_AXE = """
            async () => (await axe.run(document, {
              resultTypes: ['violations'], elementRef: false, rules: {'target-size': {enabled: true}},
            })).violations.map((rule) => `axe ${rule.id}: ${rule.help}: `
              + rule.nodes.slice(0, 3).map((node) => `${node.html.slice(0, 200)} (${node.failureSummary})`).join(' | '))""";

    private Sight() {}

    /** What axe and our own eyes find; nothing moves any more when this is asked. */
    static List<String> findings(Page page) {
        List<String> found = new ArrayList<>(ask(page, OWN));
        if (Boolean.FALSE.equals(page.evaluate("typeof axe === 'object'"))) {
            page.evaluate(AXE);
        }
        found.addAll(ask(page, ASK_AXE));
        return found;
    }

    /** What has the focus of a keyboard without showing it. */
    static List<String> hiddenFocus(Page page) {
        page.keyboard().press("Tab");
        return ask(page, FOCUS);
    }

    /** Controls that are dead where no script runs. */
    static List<String> deadControls(Page page) {
        return ask(page, STILL);
    }

    private static List<String> ask(Page page, String question) {
        return ((List<?>) Objects.requireNonNull(page.evaluate(question))).stream().map(String::valueOf).toList();
    }

    static String resource(String name) {
        try (InputStream in = Objects.requireNonNull(Sight.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
