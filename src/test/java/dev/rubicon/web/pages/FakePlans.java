package dev.rubicon.web.pages;

import dev.rubicon.plan.Comment;
import dev.rubicon.plan.DataLoss;
import dev.rubicon.plan.Finding;
import dev.rubicon.plan.Phase;
import dev.rubicon.plan.PhaseKind;
import dev.rubicon.plan.PlanDocument;
import dev.rubicon.plan.PlanRevision;
import dev.rubicon.plan.PlanText;
import dev.rubicon.plan.PlanTexts;
import dev.rubicon.plan.Plans;
import dev.rubicon.plan.Rollback;
import dev.rubicon.plan.Severity;
import dev.rubicon.plan.Step;
import dev.rubicon.plan.Verdict;
import dev.rubicon.plan.Verification;
import dev.rubicon.plan.Work;
import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import dev.rubicon.registry.EngineKind;
import dev.rubicon.security.Actor;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Plans as teams write them: the rename of a column, a small index, one with findings and names that are too long. */
public class FakePlans {

    private static final Instant NOW = Instant.now();
    private static final String DIGEST = "sha256:9f2c64b18d3c0b41d0a5f1f7a1c9c0d2e6c55f0b7be0d1a2b3c4d5e6f7a841ab";

    static final PlanRevision RENAME = rename();
    static final PlanRevision INDEX = index();
    static final PlanRevision LONG = tooLong();

    /** The revision before it copied nothing. */
    static final PlanRevision RENAME_BEFORE = new PlanRevision(RENAME.plan(), 2, DIGEST.replace('9', '8'),
            new PlanDocument(RENAME.plan(), RENAME.document().title(), "", EngineKind.POSTGRESQL, Map.of(), List.of(),
                    List.of(RENAME.document().phases().getFirst(), RENAME.document().phases().getLast())),
            RENAME.source().replace("  - phase: migrate\n    title: Copy the names\n", ""), "application/yaml",
            "author", NOW.minus(Duration.ofDays(4)), RENAME.migrations(), null);

    private static final List<PlanRevision> ALL = List.of(RENAME, RENAME_BEFORE, INDEX, LONG);

    static Work.Sql sql(String text) {
        return new Work.Sql(List.of(text));
    }

    private static Step step(String name, Work work, Rollback rollback, boolean river, List<Verification> verify) {
        return new Step(name, "/phases/0/steps/0", 12, work, rollback, river, List.of(), verify, null, null, null);
    }

    private static Rollback undo(String text, DataLoss loss, @Nullable String window) {
        return new Rollback(new Rollback.Reverse(sql(text)), loss, window,
                loss == DataLoss.NEW_WRITES ? "SELECT count(*) FROM users WHERE display_name <> username" : null);
    }

    private static PlanRevision rename() {
        Phase expand = new Phase(0, PhaseKind.EXPAND, "Add display_name", Phase.After.NOTHING, List.of(), List.of(
                step("add-display-name", sql("ALTER TABLE users ADD COLUMN display_name text;"),
                        undo("ALTER TABLE users DROP COLUMN display_name;", DataLoss.NONE,
                                "until the backfill runs"),
                        false, List.of()),
                step("index-display-name",
                        sql("CREATE INDEX CONCURRENTLY users_display_name_idx ON users (display_name);"),
                        undo("DROP INDEX CONCURRENTLY users_display_name_idx;", DataLoss.NONE, null), false,
                        List.of())));
        Phase migrate = new Phase(1, PhaseKind.MIGRATE, "Copy the names",
                new Phase.After(new Phase.Versions("accounts-web", ">=2.4.0", "it writes both columns"),
                        new Phase.Versions("accounts-web", "<2.4.0", null), null, null, List.of()),
                List.of(), List.of(step("copy-username",
                        new Work.Backfill("users", Map.of("display_name", "username"), "display_name IS NULL", null,
                                false, null, null, Work.BackfillVerify.FULL, null, 1),
                        new Rollback(new Rollback.Nothing("derived data; the column goes with the expand rollback"),
                                DataLoss.DERIVED, null, null),
                        false, List.of(new Verification.Query("no name is missing",
                                "SELECT count(*) FROM users WHERE display_name IS NULL", new Verification.Value("0")),
                                new Verification.RowCountUnchanged("no row came or went")))));
        Phase contract = new Phase(2, PhaseKind.CONTRACT, "Drop username",
                new Phase.After(new Phase.Versions("accounts-web", ">=2.5.0", null), null, Duration.ofHours(72),
                        new Phase.Backup(Duration.ofHours(24), null),
                        List.of(new Phase.Manual("reports are moved", null, "the nightly reports read username"))),
                List.of(), List.of(step("drop-username", sql("ALTER TABLE users DROP COLUMN username;"),
                        new Rollback(new Rollback.Impossible("username is gone. Restore the table from the backup into "
                                + "a new database and copy it back."), DataLoss.TOTAL, null, null),
                        true, List.of())));
        Finding warning = new Finding("f1", "long-lock", Severity.WARNING, "index-display-name", "forward", 16, 9,
                "The index build scans all of users.", "It reads 12 GB; a replica may lag behind.", null);
        Verdict verdict = new Verdict(List.of(warning), Map.of(
                0, new Verdict.Risk(Verdict.Level.LOW, List.of("Adds a nullable column")),
                1, new Verdict.Risk(Verdict.Level.MEDIUM, List.of("Rewrites every row of users")),
                2, new Verdict.Risk(Verdict.Level.HIGH, List.of("Destroys users.username on every target"))),
                new Verdict.PointOfNoReturn(2, "drop-username",
                        "Dropping users.username destroys data that existed before the plan."));
        return revision("rename-username", 3, "Rename users.username to users.display_name",
                "The application has called it the display name for a year.\n\nTicket APP-1423.",
                List.of(expand, migrate, contract), verdict);
    }

    private static PlanRevision index() {
        Phase expand = new Phase(0, PhaseKind.EXPAND, "Index orders by customer", Phase.After.NOTHING, List.of(),
                List.of(step("index-orders", sql("""
                        -- found by the slow query log
                        CREATE INDEX CONCURRENTLY orders_customer_idx
                            ON orders (customer_id, placed_at DESC)
                         WHERE state <> 'archived';"""),
                        undo("DROP INDEX CONCURRENTLY orders_customer_idx;", DataLoss.NONE, null), false,
                        List.of())));
        return revision("index-orders", 1, "Index orders by customer", "", List.of(expand), new Verdict(List.of(),
                Map.of(0, new Verdict.Risk(Verdict.Level.LOW, List.of("Built concurrently"))), null));
    }

    private static PlanRevision tooLong() {
        String word = "move_customer_loyalty_programme_membership_history_into_its_own_partitioned_table";
        Phase first = new Phase(0, PhaseKind.EXPAND, "Create the partitioned table and everything that hangs on it",
                Phase.After.NOTHING, List.of(), List.of(step(word.replace('_', '-').substring(0, 60),
                        sql("CREATE TABLE " + word + " (id bigint PRIMARY KEY, note text DEFAULT 'it''s new', "
                                + "amount numeric(12, 2) NOT NULL DEFAULT 0);"),
                        undo("DROP TABLE " + word + ";", DataLoss.NEW_WRITES, "until the first write"), false,
                        List.of())));
        Phase second = new Phase(1, PhaseKind.EXPAND, "Constrain it", Phase.After.NOTHING, List.of(),
                List.of(step("constrain", sql("ALTER TABLE t ADD CONSTRAINT c CHECK (amount >= 0) NOT VALID;"),
                        undo("ALTER TABLE t DROP CONSTRAINT c;", DataLoss.NONE, null), false, List.of())));
        Phase third = new Phase(2, PhaseKind.MIGRATE, "Validate", Phase.After.NOTHING, List.of(),
                List.of(step("validate", sql("ALTER TABLE t VALIDATE CONSTRAINT c;"),
                        new Rollback(new Rollback.Nothing("a valid constraint is only a promise"), DataLoss.NONE,
                                null, null),
                        false, List.of())));
        Phase fourth = new Phase(3, PhaseKind.MIGRATE, "Switch reads", Phase.After.NOTHING, List.of(),
                List.of(step("switch", new Work.Check(), new Rollback(new Rollback.Forward(sql("SELECT 1;")),
                        DataLoss.NONE, null, null), false, List.of())));
        Finding error = new Finding("f2", "index-not-concurrent", Severity.ERROR, "constrain", "forward", 31, 12,
                "CREATE INDEX without CONCURRENTLY stops every write to " + word + " while it builds.",
                "Writes queue behind the SHARE lock for as long as the build takes.",
                "CREATE INDEX CONCURRENTLY i ON t (amount);");
        Finding blocking = new Finding("f3", "undeclared-river", Severity.BLOCKING, null, "forward", 1, 1,
                "The plan destroys data and does not say so.", "A team that did not see the river may not cross it.",
                null);
        return revision("move-customer-loyalty-programme-membership-history-into-its-own-table", 12,
                "Move the loyalty programme's membership history into its own partitioned table, and let every service "
                        + "read it from there",
                "", List.of(first, second, third, fourth), new Verdict(List.of(error, blocking), Map.of(
                        0, new Verdict.Risk(Verdict.Level.LOW, List.of()),
                        1, new Verdict.Risk(Verdict.Level.HIGH, List.of("Stops writes"))), null));
    }

    private static PlanRevision revision(String plan, int number, String title, String description,
            List<Phase> phases, Verdict verdict) {
        Map<String, String> migrations = new HashMap<>();
        phases.forEach(phase -> phase.steps().forEach(
                step -> migrations.put(step.name(), "20261120114200_" + step.name().replace('-', '_'))));
        PlanDocument document = new PlanDocument(plan, title, description, EngineKind.POSTGRESQL,
                Map.of("team", "accounts"),
                List.of(new PlanDocument.AcceptedRule("rewrites-table", null, "it is night there")), phases);
        return new PlanRevision(plan, number, DIGEST, document, source(plan, phases), "application/yaml", "author",
                NOW.minus(Duration.ofDays(3)), migrations, verdict);
    }

    private static String source(String plan, List<Phase> phases) {
        StringBuilder source = new StringBuilder("plan: " + plan + "\nphases:\n");
        phases.forEach(phase -> source.append("  - phase: ").append(phase.kind().word()).append("\n    title: ")
                .append(phase.title()).append('\n'));
        return source.toString();
    }

    public Plans.Submission submit(Actor actor, String source, String mediaType) {
        if (source.contains("exqand")) {
            throw new Problem(ProblemType.INVALID_PLAN, "The document has 2 violations", Map.of("violations",
                    List.of(Map.of("pointer", "/phases/0/phase", "line", 5, "column", 12, "message",
                            "'exqand' is no phase; there are expand, migrate and contract"),
                            Map.of("pointer", "/phases/0/steps/0", "line", 7, "column", 9, "message",
                                    "rollback is missing: say how the step is undone, or why it cannot be"))));
        }
        return new Plans.Submission(RENAME, true);
    }

    public Optional<PlanRevision> find(String plan, int revision) {
        List<PlanRevision> all = revisions(plan);
        return all.stream().filter(one -> one.revision() == revision).findFirst()
                .or(() -> all.stream().findFirst());
    }

    public PlanRevision get(String plan, int revision) {
        return find(plan, revision).orElseThrow(() -> Problem.notFound("revision " + revision + " of " + plan));
    }

    public PlanText text(PlanRevision revision) {
        return PlanTexts.of(revision.document());
    }

    public List<PlanRevision> revisions(String plan) {
        return ALL.stream().filter(one -> one.plan().equals(plan)).toList();
    }

    public List<PlanRevision> newest() {
        return List.of(RENAME, INDEX, LONG);
    }

    public List<Finding> openFindings(PlanRevision revision) {
        Verdict verdict = revision.verdict();
        return verdict == null
                ? List.of()
                : verdict.findings().stream()
                        .filter(finding -> finding.severity().compareTo(Severity.ERROR) >= 0).toList();
    }

    public List<Comment> changesRequested(String plan, int revision) {
        return comments(plan).stream().filter(Comment::changesRequested).toList();
    }

    static List<Comment> comments(String plan) {
        return plan.equals("rename-username")
                ? List.of()
                : List.of(new Comment(
                        UUID.fromString("6f1c2b34-0000-4000-8000-000000000001"), plan, 12, "constrain", "forward", null,
                        "approver", NOW.minus(Duration.ofHours(5)), "Please build the index concurrently.", true, null,
                        null));
    }
}
