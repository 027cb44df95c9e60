package dev.rubicon.check;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Properties;

/** The door: one run of the command line. */
public final class Check {

    /** The word that asks for the command line. */
    public static final String COMMAND = "check";

    private static final int FINDINGS = 1;
    private static final int TROUBLE = 2;

    private final InputStream in;
    private final PrintStream out;
    private final PrintStream err;
    private final boolean terminal;

    /** @param terminal whether somebody looks on, who likes colour */
    Check(InputStream in, PrintStream out, PrintStream err, boolean terminal) {
        this.in = in;
        this.out = out;
        this.err = err;
        this.terminal = terminal;
    }

    /** @param args begin with {@link #COMMAND} */
    public static void main(String[] args) {
        System.exit(run(List.of(args)));
    }

    /** Runs on the streams of the process and returns its exit status. */
    public static int run(List<String> args) {
        PrintStream out = new PrintStream(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16),
                false, StandardCharsets.UTF_8);
        int status = new Check(System.in, out, System.err, colours()).check(args.subList(1, args.size()));
        out.flush();
        return status;
    }

    private static boolean colours() {
        String no = System.getenv("NO_COLOR");
        return (no == null || no.isEmpty()) && !"dumb".equals(System.getenv("TERM")) && System.console() != null
                && System.console().isTerminal();
    }

    int check(List<String> words) {
        if (words.contains("--help") || words.contains("-h")) {
            out.print(Usage.HELP);
            return 0;
        }
        if (words.contains("--version")) {
            out.println("rubicon " + version() + ", Java " + Runtime.version());
            return 0;
        }
        try {
            return check(OptionsReader.read(words));
        } catch (Usage e) {
            err.println("rubicon check: " + e.getMessage() + "\nrubicon check --help tells what there is.");
            return TROUBLE;
        }
    }

    private int check(Options options) {
        Inputs inputs = new Inputs(in);
        List<Opinion> opinions = new Judging(options).judge(inputs.read(options.paths()));
        switch (options.format()) {
            case TEXT -> new TextReport(out, terminal).print(opinions, options.servers());
            case JSON -> out.println(JsonReport.of(opinions, options.terms().serverVersion()));
            case SARIF -> out.println(SarifReport.of(opinions, version()));
        }
        inputs.unreadable().forEach(each -> err.println("rubicon check: " + each));
        boolean fails = opinions.stream().flatMap(opinion -> opinion.remarks().stream())
                .anyMatch(remark -> remark.stands() && options.failsOn(remark.finding().severity()));
        return !inputs.unreadable().isEmpty() ? TROUBLE : fails ? FINDINGS : 0;
    }

    /** As the build wrote it down; a test has no build. */
    private static String version() {
        Properties build = new Properties();
        try (InputStream file = Check.class.getResourceAsStream("/META-INF/build-info.properties")) {
            if (file != null) {
                build.load(file);
            }
        } catch (IOException e) {
            return "unknown";
        }
        return build.getProperty("build.version", "unknown");
    }
}
