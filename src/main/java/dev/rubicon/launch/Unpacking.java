package dev.rubicon.launch;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** Takes out of the product's jar what the command line needs, into plain jars beside each other. */
final class Unpacking {

    private static final String CLASSES = "BOOT-INF/classes/";
    private static final String BUILD = "META-INF/build-info.properties";
    private static final String LIBRARIES = "BOOT-INF/lib/";
    private static final Pattern WANTED = Pattern
            .compile("(?:jackson-(?:core|databind)-3|jackson-annotations-|jspecify-"
                    + "|runtime-|wasm-|snakeyaml-engine-|json-schema-validator-|itu-|java-json-canonicalization-|semver4j-"
                    + "|slf4j-api-|spring-(?:core|web|beans|context)-[0-9]|commons-logging-).*\\.jar");
    private static final Duration OLD = Duration.ofDays(14);

    private Unpacking() {}

    /** @param folder exists and is empty */
    static void unpack(Path jar, Path folder) throws IOException {
        try (ZipFile from = new ZipFile(jar.toFile());
                OutputStream file = Files.newOutputStream(folder.resolve("0-rubicon.jar"));
                ZipOutputStream classes = new ZipOutputStream(file)) {
            classes.setMethod(ZipOutputStream.STORED);
            for (ZipEntry entry : from.stream().filter(each -> !each.isDirectory()).toList()) {
                unpack(from, entry, folder, classes);
            }
        }
    }

    private static void unpack(ZipFile from, ZipEntry entry, Path folder, ZipOutputStream classes) throws IOException {
        String name = entry.getName();
        if (name.startsWith(CLASSES) || name.equals(BUILD)) {
            ZipEntry plain = new ZipEntry(name.equals(BUILD) ? name : name.substring(CLASSES.length()));
            plain.setSize(entry.getSize());
            plain.setCrc(entry.getCrc());
            plain.setTime(entry.getTime());
            classes.putNextEntry(plain);
            try (InputStream content = from.getInputStream(entry)) {
                content.transferTo(classes);
            }
        } else if (name.startsWith(LIBRARIES) && WANTED.matcher(name.substring(LIBRARIES.length())).matches()) {
            try (InputStream content = from.getInputStream(entry)) {
                Files.copy(content, folder.resolve(name.substring(LIBRARIES.length())));
            }
        }
    }

    /** Removes what other builds left behind, once it is old. */
    static void forgetOld(Path current) throws IOException {
        Instant limit = Instant.now().minus(OLD);
        try (Stream<Path> others = Files.list(current.resolveSibling(""))) {
            for (Path other : others.filter(each -> !each.equals(current)).toList()) {
                if (Files.getLastModifiedTime(other).toInstant().isBefore(limit)) {
                    delete(other);
                }
            }
        }
    }

    static void delete(Path folder) throws IOException {
        List<Path> inside;
        try (Stream<Path> all = Files.walk(folder)) {
            inside = all.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : inside) {
            Files.deleteIfExists(path);
        }
    }
}
