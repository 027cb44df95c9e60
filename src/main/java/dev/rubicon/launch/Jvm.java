package dev.rubicon.launch;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How a JVM is called that lives for a second. */
final class Jvm {

    /** Simple compilation at once beats good compilation too late; a young heap that is large enough is never collected. */
    private static final List<String> SHORT_LIVED = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmn192m",
            "-XX:-UsePerfData", "-Xlog:disable", "-Xlog:all=error:stderr",
            "-Dslf4j.internal.verbosity=ERROR");

    private Jvm() {}

    /** The command, to be gone on with. */
    static List<String> command() {
        List<String> command = new ArrayList<>();
        command.add(java());
        command.addAll(SHORT_LIVED);
        return command;
    }

    /** The same Java as this. */
    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }
}
