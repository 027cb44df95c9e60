package dev.rubicon.launch;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Starts the server as Spring Boot would, and the command line in a JVM of its own that is set up for short work. This
 * one does as little as it can: it has no lambdas and joins no strings, since each of these is paid for at every start.
 */
final class Launcher {

    private static final String SERVER = "org.springframework.boot.loader.launch.JarLauncher";
    private static final String CHECK = "dev.rubicon.check.Check";
    private static final String TRAINING = "dev.rubicon.launch.Training";

    private Launcher() {}

    public static void main(String[] args) throws Throwable {
        Cache cache = args.length > 0 && args[0].equals("check") ? Cache.open() : null;
        Process process = cache == null ? null : check(cache, args);
        if (cache == null || process == null) {
            application(args);
            return;
        }
        int status = process.waitFor();
        if (!cache.trained()) {
            train(cache);
        }
        System.exit(status);
    }

    /** Without a cache the command line runs here: the application knows the word, and how to do without Spring. */
    private static void application(String[] args) throws Throwable {
        try {
            Class.forName(SERVER).getMethod("main", String[].class).invoke(null, (Object) args);
        } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }

    private static @Nullable Process check(Cache cache, String[] args) {
        try {
            List<String> command = Jvm.command();
            if (cache.trained()) {
                command.add("-XX:AOTCache=".concat(cache.archive().toString()));
            }
            command.addAll(List.of("-cp", cache.classPath(), CHECK));
            command.addAll(List.of(args));
            Process process = new ProcessBuilder(command).inheritIO().start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
            return process;
        } catch (IOException e) {
            return null;
        }
    }

    /** Behind this process, which is done: the next one finds the archive as soon as it is whole. */
    private static void train(Cache cache) throws IOException {
        new ProcessBuilder(Jvm.java(), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp",
                System.getProperty("java.class.path"), TRAINING, cache.folder().toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    }
}
