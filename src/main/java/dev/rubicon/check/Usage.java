package dev.rubicon.check;

/** The command line cannot be understood; the message says why. */
final class Usage extends Exception {

    static final String HELP = """
            Usage: java -jar rubicon.jar check [options] FILE|DIR...

            Judges migrations by PostgreSQL's own grammar: what each statement locks, rewrites, breaks and loses.
            A FILE is a plan (YAML or JSON), SQL, or - for the standard input. Of a DIR, the plans and SQL files in
            it are judged in the order in which they run, whatever tool they are written for.

              --format text|json|sarif             how to tell the findings (text)
              --fail-on error|warning|info|never   the least severity that makes the exit status 1 (error)
              --server-version N                   the PostgreSQL that will run it (unknown: any from %1$d to %2$d)
              --in-transaction                     the tool opens a transaction around each file
              --style                              judge by the rules of style too
              --rule ID                            judge by this rule alone; may be repeated
              --no-rule ID                         judge without this rule; may be repeated
              --help, --version

            Exit status: 0 nothing to fail on, 1 findings, 2 wrong usage or a file that cannot be read.
            Environment: NO_COLOR, and RUBICON_CACHE: a folder, or off (else ~/.cache/rubicon).
            """.formatted(dev.rubicon.analysis.Terms.OLDEST, dev.rubicon.analysis.Terms.NEWEST);

    Usage(String message) {
        super(message);
    }
}
