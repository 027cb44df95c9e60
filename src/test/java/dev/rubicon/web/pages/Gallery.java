package dev.rubicon.web.pages;

import com.microsoft.playwright.Page;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The pictures of a build, in {@code target/screenshots}, and the page that lists them. */
final class Gallery {

    private static final Path FOLDER = Path.of("target", "screenshots");

    private static final int HIGHEST = 3_000;

    private Gallery() {}

    /** Takes a picture of the whole page, of long ones of what comes first. */
    static void take(Page page, String name) {
        int width = page.viewportSize().width;
        int height = ((Number) Objects.requireNonNull(
                page.evaluate("() => document.documentElement.scrollHeight"))).intValue();
        page.screenshot(new Page.ScreenshotOptions().setFullPage(true).setClip(0, 0, width, Math.min(height, HIGHEST))
                .setPath(FOLDER.resolve(name + ".png")));
    }

    /** Lists what lies there, whoever took it: a row for each page, its pictures beside each other. */
    static void list() {
        try (Stream<Path> files = Files.list(Files.createDirectories(FOLDER))) {
            Map<String, List<String>> pages = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".png")).sorted()
                    .collect(Collectors.groupingBy(name -> name.replaceFirst("(-\\d+-(light|dark))?\\.png$", ""),
                            TreeMap::new, Collectors.toList()));
            String rows = pages.entrySet().stream().map(page -> row(page.getKey(), page.getValue()))
                    .collect(Collectors.joining("\n"));
            Files.writeString(FOLDER.resolve("index.html"), """
                    <!doctype html>
                    <html lang="en"><meta charset="utf-8"><title>Pages</title>
                    <style>
                    body { font: 14px system-ui; margin: 20px; background: #ccc } h2 { font-size: 15px; margin: 24px 0 6px }
                    div { display: flex; gap: 12px; align-items: start; overflow-x: auto } img { width: 100%; display: block }
                    a { flex: 0 0 620px; font-size: 12px; color: #222 } a.narrow { flex-basis: 150px }
                    </style>
                    """ + "<h1>" + pages.size() + " pages</h1>\n" + rows + "\n</html>\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String row(String page, List<String> pictures) {
        return "<h2 id=\"%s\">%s</h2>\n<div>%s</div>".formatted(page, page, pictures.stream()
                .map(file -> "<a%s href=\"%s\">%s<img loading=\"lazy\" src=\"%s\" alt=\"\"></a>".formatted(
                        file.contains("-360-") ? " class=\"narrow\"" : "", file,
                        file.replaceFirst("^.*?((\\d+)-(light|dark))?\\.png$", "$2 $3"), file))
                .collect(Collectors.joining()));
    }
}
