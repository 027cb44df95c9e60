package dev.rubicon.testing;

import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** A second JVM with the class path of the tests, to be killed. */
public final class JavaProcess {

    private JavaProcess() {}

    /** A builder that runs the main class; its output is the caller's business. */
    public static ProcessBuilder of(Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED", "-cp", classPath(), main.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true);
    }

    /** Starts it with its output thrown away. */
    public static Process start(Class<?> main, String... arguments) throws IOException {
        return of(main, arguments).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    }

    /** The launcher of an IDE or console may load the tests with a class loader of its own. */
    private static String classPath() {
        if (JavaProcess.class.getClassLoader() instanceof URLClassLoader loader) {
            return Arrays.stream(loader.getURLs()).map(URL::getPath).collect(Collectors.joining(File.pathSeparator));
        }
        return System.getProperty("java.class.path");
    }
}
