package dev.rubicon.web.pages;

import com.microsoft.playwright.Page;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Follows every link of a server from its start page, and looks at some pages of each kind. */
final class Crawl {

    /** A stream that opens and stays silent: what is looked at holds still. */
    static final String SILENT = """
            window.EventSource = class extends EventTarget {
              constructor() { super(); this.readyState = 1; setTimeout(() => this.onopen?.()); }
              close() {}
            }""";

    private static final String LINKS = """
            () => [...document.querySelectorAll('a[href]')].map((one) => new URL(one.href))
              .filter((to) => to.origin === location.origin && !to.pathname.startsWith('/api/'))
              .map((to) => to.pathname + to.search)""";

    /** Of one kind: what differs only in a number or a name. */
    private static final int OF_A_KIND = 2;
    /** Rollouts differ most: one of each state should be among them. */
    private static final int ROLLOUTS = 14;

    private final Page page;
    private final Deque<String> ahead = new ArrayDeque<>(List.of("/"));
    private final Set<String> known = new HashSet<>(ahead);
    private final Map<String, Integer> kinds = new HashMap<>();
    private final List<String> findings = new ArrayList<>();

    private Crawl(Page page) {
        this.page = page;
    }

    /** What is found on the pages, each with its path. */
    static List<String> findings(Browser.Tab tab) {
        Crawl crawl = new Crawl(tab.page());
        while (!crawl.ahead.isEmpty()) {
            crawl.visit(crawl.ahead.remove());
        }
        return crawl.findings;
    }

    private void visit(String path) {
        String kind = kind(path);
        int most = kind.equals("/rollouts/…") ? ROLLOUTS : OF_A_KIND;
        if (kinds.merge(kind, 1, Integer::sum) > most) {
            return;
        }
        page.navigate(path);
        Sight.findings(page).forEach(found -> findings.add(path + ": " + found));
        for (Object link : (List<?>) Objects.requireNonNull(page.evaluate(LINKS))) {
            if (known.add(String.valueOf(link))) {
                ahead.add(String.valueOf(link));
            }
        }
    }

    private static String kind(String path) {
        return path.replaceFirst("\\?.*", "").replaceAll("/\\d+", "/…")
                .replaceFirst("^(/plans|/targets)/(?!new)[^/]+", "$1/…")
                .replaceFirst("(/runs|/rules|/problems|/environments|/users)/[^/]+", "$1/…");
    }
}
