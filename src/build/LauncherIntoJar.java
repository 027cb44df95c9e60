import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/** Puts Rubicon's launcher at the root of the jar that Spring Boot packaged, and has the jar begin with it. */
class LauncherIntoJar {

    private static final String LAUNCHER = "dev/rubicon/launch";

    /** @param args the jar, and the folder of compiled classes */
    public static void main(String[] args) throws Exception {
        try (FileSystem jar = FileSystems.newFileSystem(Path.of(args[0]))) {
            Files.createDirectories(jar.getPath(LAUNCHER));
            List<Path> classes;
            try (Stream<Path> compiled = Files.list(Path.of(args[1], LAUNCHER))) {
                classes = compiled.filter(each -> !each.endsWith("package-info.class")).sorted().toList();
            }
            for (Path each : classes) {
                Files.copy(each, jar.getPath(LAUNCHER, each.getFileName().toString()));
            }
            mainClass(jar.getPath("META-INF", "MANIFEST.MF"));
            // what is in no layer would stop the extraction for the image
            Path layers = jar.getPath("BOOT-INF", "layers.idx");
            Files.writeString(layers, Files.readString(layers).replace("- \"application\":\n",
                    "- \"application\":\n  - \"dev/\"\n"));
        }
    }

    private static void mainClass(Path file) throws Exception {
        Manifest manifest;
        try (InputStream in = Files.newInputStream(file)) {
            manifest = new Manifest(in);
        }
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, LAUNCHER.replace('/', '.') + ".Launcher");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        manifest.write(out);
        Files.write(file, out.toByteArray());
    }
}
