package dev.rubicon.launch;

import java.io.File;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The user's folder for one build of Rubicon on one build of Java: jars that a JVM reads quickly, and the AOT cache made
 * from them. It appears whole or not at all, whoever else makes it at the same time.
 */
final class Cache {

    private static final String ARCHIVE = "rubicon.aot";

    private final Path folder;

    private Cache(Path folder) {
        this.folder = folder;
    }

    static Cache at(Path folder) {
        return new Cache(folder);
    }

    /** The folder, made if it is missing; null where there may be none. */
    static @Nullable Cache open() {
        String wanted = System.getenv("RUBICON_CACHE");
        Path jar = Path.of(System.getProperty("java.class.path"));
        if ("off".equals(wanted) || !Files.isRegularFile(jar)) {
            return null;
        }
        try {
            return open(jar, wanted == null || wanted.isBlank() ? usual() : Path.of(wanted));
        } catch (IOException e) {
            // a full disk, a read-only home: what comes is slower, and works
            return null;
        }
    }

    private static @Nullable Cache open(Path jar, Path base) throws IOException {
        Path folder = base.resolve(key(jar));
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(base);
            Path made = Files.createTempDirectory(base, "new");
            Unpacking.unpack(jar, made);
            appear(made, folder);
        }
        return isOurs(folder) ? new Cache(folder) : null;
    }

    private static Path usual() {
        String cache = System.getenv("XDG_CACHE_HOME");
        Path base = cache == null || cache.isBlank()
                ? Path.of(System.getProperty("user.home"), ".cache")
                : Path.of(cache);
        return base.resolve("rubicon");
    }

    /** Reading the whole jar for a hash would take longer than all that the cache saves. */
    private static String key(Path jar) throws IOException {
        BasicFileAttributes file = Files.readAttributes(jar, BasicFileAttributes.class);
        String java = System.getProperty("java.vm.version").concat("-").concat(System.getProperty("os.arch"));
        return Long.toHexString(file.size()).concat("-").concat(Long.toHexString(file.lastModifiedTime().toMillis()))
                .concat("-").concat(java);
    }

    private static void appear(Path made, Path folder) throws IOException {
        try {
            Files.move(made, folder, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Unpacking.delete(made);
            throw e;
        } catch (FileSystemException e) {
            // another process was faster
            Unpacking.delete(made);
        }
        Unpacking.forgetOld(folder);
    }

    /** What others may write to is not run. */
    private static boolean isOurs(Path folder) throws IOException {
        PosixFileAttributeView posix = Files.getFileAttributeView(folder, PosixFileAttributeView.class);
        if (posix == null) {
            return true;
        }
        Set<PosixFilePermission> allowed = posix.readAttributes().permissions();
        return !allowed.contains(PosixFilePermission.GROUP_WRITE) && !allowed.contains(PosixFilePermission.OTHERS_WRITE)
                && Files.isWritable(folder);
    }

    boolean trained() {
        return Files.exists(archive());
    }

    Path archive() {
        return folder.resolve(ARCHIVE);
    }

    Path folder() {
        return folder;
    }

    String classPath() throws IOException {
        StringBuilder path = new StringBuilder();
        try (var jars = Files.newDirectoryStream(folder, "*.jar")) {
            java.util.TreeSet<String> names = new java.util.TreeSet<>();
            for (Path jar : jars) {
                names.add(jar.toString());
            }
            for (String name : names) {
                path.append(path.isEmpty() ? "" : File.pathSeparator).append(name);
            }
        }
        return path.toString();
    }
}
