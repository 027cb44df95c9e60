package dev.rubicon.check;

import dev.rubicon.analysis.foreign.FileName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Gathers the files to be judged, and remembers those that cannot be read. */
final class Inputs {

    private static final String STDIN = "-";
    private static final Pattern PLAN = Pattern.compile(".*\\.(?:ya?ml|json)");
    private static final Pattern SQL = Pattern.compile(".*\\.(?:sql|psql|pgsql|ddl)");
    /** Flyway's settings for one script. */
    private static final Pattern BARE = Pattern.compile("^\\s*executeInTransaction\\s*=\\s*false\\s*$",
            Pattern.MULTILINE);

    private final InputStream stdin;
    private final List<Input> found = new ArrayList<>();
    private final List<String> unreadable = new ArrayList<>();

    Inputs(InputStream stdin) {
        this.stdin = stdin;
    }

    /** All texts, the files of a folder in the order in which they run. */
    List<Input> read(List<String> paths) {
        for (String path : paths) {
            try {
                if (path.equals(STDIN)) {
                    found.add(new Input("<stdin>", text(stdin.readAllBytes()), false));
                } else if (Files.isDirectory(Path.of(path))) {
                    folder(Path.of(path));
                } else {
                    found.add(input(Path.of(path)));
                }
            } catch (IOException | java.nio.file.InvalidPathException e) {
                unreadable(path, e);
            }
        }
        return found;
    }

    /** What could not be read, a sentence each. */
    List<String> unreadable() {
        return unreadable;
    }

    private void unreadable(String path, Exception e) {
        unreadable.add(e instanceof NoSuchFileException
                ? "There is no file " + path
                : path + " cannot be read: " + e.getMessage());
    }

    private void folder(Path folder) throws IOException {
        List<Path> files = new ArrayList<>();
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) {
                return !dir.equals(folder) && skipped(dir) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
                if (!skipped(file) && (SQL.matcher(name).matches() || PLAN.matcher(name).matches())) {
                    files.add(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
                unreadable(name(file), e);
                return FileVisitResult.CONTINUE;
            }
        });
        for (Path file : FileName.inRunningOrder(files, each -> name(folder.relativize(each)))) {
            Input input = input(file);
            if (!PLAN.matcher(input.name().toLowerCase(Locale.ROOT)).matches() || input.looksLikePlan()) {
                found.add(input);
            }
        }
    }

    private static boolean skipped(Path path) {
        String name = path.getFileName() == null ? "" : path.getFileName().toString();
        return name.startsWith(".") || name.equals("node_modules");
    }

    private static Input input(Path file) throws IOException {
        Path settings = file.resolveSibling(file.getFileName() + ".conf");
        boolean bare = Files.exists(settings) && BARE.matcher(Files.readString(settings)).find();
        return new Input(name(file), text(Files.readAllBytes(file)), bare);
    }

    private static String text(byte[] bytes) {
        boolean wide = bytes.length > 1 && (bytes[0] & 0xff) + (bytes[1] & 0xff) == 0xfe + 0xff
                && (bytes[0] & 0xff) >= 0xfe;
        return new String(bytes, wide ? StandardCharsets.UTF_16 : StandardCharsets.UTF_8);
    }

    private static String name(Path path) {
        return path.toString().replace(path.getFileSystem().getSeparator(), "/");
    }
}
