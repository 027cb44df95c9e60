package dev.rubicon.testing;

import static org.junit.jupiter.api.Assumptions.abort;

import com.marcnuri.helm.jni.NativeLibrary;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.testcontainers.DockerClientFactory;

/**
 * Something of the machine that some tests need. Where it is absent they are left out, and the build says so at its
 * end; with {@code -Drubicon.tests.require=all} they fail.
 */
public enum Requirement {
    CHROMIUM("Chromium", "install it, or name it with -Drubicon.tests.chromium=<path>",
            () -> !chromium().isEmpty()), DOCKER("a Docker daemon", "start one",
                    Requirement::dockerAnswers), HELM("Helm's library", "on Linux amd64 build with -Phelm",
                            Requirement::helmIsThere), OLDER_POSTGRES("PostgreSQL 14 to 17",
                                    "build with -Drubicon.proofs=all",
                                    Requirement::olderServersAreThere), CURL("bash and curl", "install them",
                                            () -> Stream.of("bash", "curl").allMatch(Requirement::isOnThePath)),
    /** Belongs to no machine and no repository, so requiring everything does not require it. */
    SQL_CORPUS("a folder of SQL files",
            "name one with -Drubicon.corpus=<path>, like src/test/regress/sql of PostgreSQL",
            () -> Files.isDirectory(sqlCorpus())),
    /** The test suites of other linters, which are not ours to keep here; as with the corpus, nothing requires them. */
    LINT_CASES("the cases of other linters", "name the file with -Drubicon.lint-cases=<path>",
            () -> Files.isRegularFile(lintCases()));

    private final String name;
    private final String remedy;
    private final BooleanSupplier present;

    Requirement(String name, String remedy, BooleanSupplier present) {
        this.name = name;
        this.remedy = remedy;
        this.present = present;
    }

    /** Goes on where it is there; else aborts the test of this name, or fails it where all is required. */
    public void demand(String test) {
        if (present.getAsBoolean()) {
            return;
        }
        String sentence = "%s needs %s, which this machine does not have: %s".formatted(test, name, remedy);
        if (this != SQL_CORPUS && this != LINT_CASES && "all".equals(System.getProperty("rubicon.tests.require"))) {
            throw new AssertionError(sentence);
        }
        LeftOut.add(sentence);
        abort(sentence);
    }

    /** The browser to start; call {@link #demand} before. */
    public static Path chromiumPath() {
        return chromium().getFirst();
    }

    /** The folder; call {@link #demand} before. */
    public static Path sqlCorpus() {
        return Path.of(System.getProperty("rubicon.corpus", "no-corpus"));
    }

    private static List<Path> chromium() {
        return Stream.of(System.getProperty("rubicon.tests.chromium", ""), "/usr/bin/chromium",
                "/usr/bin/chromium-browser", "/usr/bin/google-chrome",
                "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
                "/Applications/Chromium.app/Contents/MacOS/Chromium").filter(path -> !path.isEmpty()).map(Path::of)
                .filter(Files::isExecutable).toList();
    }

    private static boolean isOnThePath(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    /** The archives of older servers' binaries, where the build's profile proofs puts them. */
    public static List<Path> olderServers() {
        return Stream.of("14", "15", "16", "17").map(version -> Path.of("target", "postgres", version + ".jar"))
                .filter(Files::isReadable).toList();
    }

    private static boolean olderServersAreThere() {
        return olderServers().size() == 4;
    }

    /** The file of other linters' cases, there or not. */
    public static Path lintCases() {
        return Path.of(System.getProperty("rubicon.lint-cases", "../shared/reference/lint-cases.json"));
    }

    private static boolean helmIsThere() {
        return ServiceLoader.load(NativeLibrary.class).findFirst().isPresent();
    }

    private static boolean dockerAnswers() {
        return DockerClientFactory.instance().isDockerAvailable();
    }
}
