package dev.rubicon.web.pages;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.Cookie;
import com.microsoft.playwright.options.ReducedMotion;
import dev.rubicon.testing.Requirement;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The machine's own Chromium, driven by the driver that npm installed for the frontend. */
final class Browser implements AutoCloseable {

    /** For what a page waits for, or a test of it: a busy machine draws slowly, and a server's first judgement compiles. */
    private static final int PATIENCE_MS = 120_000;

    private final Playwright playwright;
    private final com.microsoft.playwright.Browser chromium;
    private final String server;

    /** A page, and complaints: of its console, of requests to others than its server, of answers without the policy. */
    record Tab(Page page, List<String> complaints, String server) {

        /** From now on somebody else looks, in the world where a cookie says who. */
        void be(String name) {
            page.context().clearCookies();
            if (!name.isEmpty()) {
                page.context().addCookies(List.of(new Cookie("as", name).setUrl(server)));
            }
        }

        /** Signs in, on a server where the password of every account is its name. */
        Tab signIn(String name) {
            open("/login");
            page.locator("[name=username]").fill(name);
            page.locator("[name=password]").fill(name);
            page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Sign in")).click();
            page.waitForURL("**/");
            return this;
        }

        /** Presses the button, or follows the link, of this name. */
        void press(String name) {
            page.locator("a:visible, button:visible, summary:visible").filter(
                    new com.microsoft.playwright.Locator.FilterOptions().setHasText(name)).first().click();
        }

        void open(String path) {
            page.navigate(path);
        }
    }

    private Browser(Path executable, String server) {
        System.setProperty("playwright.cli.dir", driver().toString());
        this.playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(java.util.Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        this.chromium = playwright.chromium().launch(new BrowserType.LaunchOptions().setExecutablePath(executable)
                .setTimeout(PATIENCE_MS)
                .setArgs(List.of("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                        "--disable-background-networking", "--disable-component-update", "--disable-sync")));
        this.server = server;
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MS);
    }

    static Browser start(int port) {
        return new Browser(Requirement.chromiumPath(), "http://localhost:" + port);
    }

    /** The layout that Playwright's Java client expects, linked from what is installed. */
    private static Path driver() {
        try {
            Path folder = Files.createTempDirectory("playwright-driver");
            Path node = Stream.of(System.getenv("PATH").split(java.io.File.pathSeparator)).map(Path::of)
                    .map(place -> place.resolve("node")).filter(Files::isExecutable).findFirst().orElseThrow();
            Files.createSymbolicLink(folder.resolve("node"), node);
            Files.createSymbolicLink(folder.resolve("package"),
                    Path.of("frontend/node_modules/playwright-core").toRealPath());
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Tab tab(String as, int width, boolean dark) {
        return tab(as, new com.microsoft.playwright.Browser.NewContextOptions().setViewportSize(width, 900)
                .setColorScheme(dark ? ColorScheme.DARK : ColorScheme.LIGHT)
                .setReducedMotion(ReducedMotion.REDUCE));
    }

    Tab tabWithoutScripts(String as) {
        return tab(as, new com.microsoft.playwright.Browser.NewContextOptions().setViewportSize(1600, 900)
                .setJavaScriptEnabled(false));
    }

    private Tab tab(String as, com.microsoft.playwright.Browser.NewContextOptions options) {
        BrowserContext context = chromium.newContext(options.setBaseURL(server));
        Page page = context.newPage();
        page.setDefaultTimeout(PATIENCE_MS);
        List<String> complaints = new ArrayList<>();
        page.onConsoleMessage(message -> {
            if (message.type().equals("error") && !message.text().contains("/events")
                    && !message.text().startsWith("Failed to load resource: the server responded with a status of 4")) {
                complaints.add(message.text());
            }
        });
        page.onPageError(complaints::add);
        page.onRequest(request -> {
            if (!request.url().startsWith(server + "/") && !request.url().startsWith("data:")) {
                complaints.add("asks a third party: " + request.url());
            }
        });
        page.onResponse(response -> {
            String policy = String.valueOf(response.headers().get("content-security-policy"));
            if (response.request().isNavigationRequest() && response.status() != 302
                    && (!policy.startsWith("default-src 'self';") || policy.contains("unsafe"))) {
                complaints.add(response.url() + " came with the content policy " + policy);
            }
        });
        Tab tab = new Tab(page, complaints, server);
        tab.be(as);
        return tab;
    }

    @Override
    public void close() {
        chromium.close();
        playwright.close();
    }
}
