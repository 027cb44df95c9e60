package dev.rubicon.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.analysis.rules.Catalogue;
import dev.rubicon.analysis.rules.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Draws {@code src/docs/rules.md}: for each row of what ten linters know, the rules, the proofs and the tests of ours. */
class RulesTableTest {

    private static final Path DOCUMENT = Path.of("src/docs/rules.md");
    private static final Path PROOFS = Path.of("src/docs/lock-proofs.md");
    private static final Path TESTS = Path.of("src/test/java/dev/rubicon/analysis");

    /** Number, row, rules, proofs. Rules in parentheses are the reason why there is none. */
    private static final String ROWS = """
            1 | index-not-concurrent | index-not-concurrent | create-index create-unique-index create-index-concurrently
            2 | index-drop-not-concurrent | index-drop-not-concurrent | drop-index drop-index-concurrently
            3 | reindex-not-concurrent | reindex-not-concurrent | reindex-index reindex-table reindex-table-concurrently
            4 | concurrently-in-tx | concurrently-in-tx not-alone | create-index-concurrently-in-transaction drop-index-concurrently-in-transaction reindex-concurrently-in-transaction
            5 | invalid-index-cleanup | invalid-index-cleanup |
            6 | cic-if-not-exists-masks-invalid | cic-if-not-exists-masks-invalid | create-index-if-not-exists-present
            7 | cic-under-short-lock-timeout | cic-under-short-lock-timeout | create-index-concurrently
            8 | index-replaced-wrong-order | index-replaced-wrong-order |
            9 | index-too-wide | index-too-wide |
            10 | index-corruption-version | (PostgreSQL 14.0 to 14.3 only: a catalog tells the major version, and those are out of support) |
            11 | unique-index-may-fail | unique-index-may-fail |
            12 | index-constraint-robustness | index-constraint-robustness |
            13 | pg-column-alignment | pg-column-alignment |
            14 | fk-without-not-valid | fk-without-not-valid | add-foreign-key add-foreign-key-not-valid
            15 | fk-inline-on-new-column-with-default | fk-inline-on-new-column-with-default | add-column-references-with-default
            16 | fk-inline-on-new-column | fk-inline-on-new-column | add-column-references
            17 | fk-many-in-one-tx | fk-many-in-one-tx | add-foreign-key
            18 | fk-type-mismatch | fk-type-mismatch |
            19 | fk-missing-index | fk-missing-index | delete-parent
            20 | forbid-nullable-fk | forbid-nullable-fk |
            21 | new-table-fk-locks-referenced | new-table-fk-locks-referenced | create-table-references
            22 | check-without-not-valid | check-without-not-valid | add-check add-check-not-valid
            23 | check-inline-on-new-column | check-inline-on-new-column | add-column-check add-column-check-with-default
            24 | validate-in-same-tx | validate-in-same-tx | validate-check validate-foreign-key
            25 | validate-merged-with-ael-subcommand | validate-merged-with-ael-subcommand | validate-with-stronger-subcommand
            26 | set-not-null-merged | set-not-null-merged | set-not-null-with-drop-of-proof set-not-null-with-validate
            27 | unique-constraint | unique-constraint | add-unique add-unique-using-index
            28 | primary-key | primary-key | add-primary-key add-primary-key-using-index
            29 | pk-using-index-nullable | pk-using-index-nullable | add-primary-key-using-index-nullable add-primary-key-using-index-proved
            30 | exclusion-constraint | exclusion-constraint | add-exclude
            31 | set-not-null | set-not-null | set-not-null set-not-null-proved set-not-null-proved-by-conjunction
            32 | drop-not-null | drop-not-null | drop-not-null
            33 | drop-constraint | drop-constraint | drop-check drop-unique drop-foreign-key
            34 | drop-fk-locks-parent | drop-fk-locks-parent | drop-foreign-key drop-column-foreign-key drop-table-child
            35 | drop-table-many-fks | drop-table-many-fks | drop-table-child
            36 | domain-with-constraint | domain-with-constraint | create-domain
            37 | alter-domain-constraint | alter-domain-constraint | domain-add-check domain-set-not-null domain-validate
            38 | table-created-with-exclude | table-created-with-exclude |
            39 | validate-constraint-note | validate-constraint-note | validate-check validate-foreign-key
            40 | add-column-volatile-default | add-column-volatile-default | add-column-volatile-default add-column-uuid-default add-column-stable-default
            41 | add-column-default-pre-11 | (no supported server rewrites for a constant default: 14 is the oldest) | add-column-constant-default
            42 | add-column-not-null-no-default | add-column-not-null-no-default | add-column-not-null
            43 | add-serial-identity | add-serial-identity | add-column-serial add-column-identity
            44 | add-stored-generated | add-stored-generated | add-column-stored-generated add-column-virtual-generated
            45 | add-constrained-domain-column | add-constrained-domain-column | add-column-constrained-domain add-column-not-null-domain
            46 | add-column-unique-or-pk-inline | add-column-unique-or-pk-inline | add-column-unique add-column-primary-key
            47 | json-column | json-column |
            48 | drop-column | drop-column drop-without-gate | drop-column
            49 | drop-column-dependents | drop-column-dependents | drop-column-indexed drop-column-foreign-key
            50 | rename-column | rename-column | rename-column
            51 | change-type-rewrite | change-type-rewrite | type-int-to-bigint type-varchar-wider type-varchar-to-text
            52 | change-type-check-rescan | change-type-check-rescan | type-varchar-wider-check
            53 | change-type-index-rebuild | change-type-index-rebuild | type-int-to-oid-indexed type-collation-indexed
            54 | change-type-timezone | change-type-timezone | type-timestamp-to-timestamptz type-timestamp-to-timestamptz-utc
            55 | cached-plan-invalidation | cached-plan-invalidation |
            56 | change-type-stats-lost | change-type-stats-lost |
            57 | change-default-partial-inserts | (a matter of how an ORM writes its inserts; nothing of it is in SQL) | set-default
            58 | inheritance-column | (a name that Rails alone gives a meaning) |
            59 | char-n | char-n |
            60 | varchar-n | varchar-n |
            61 | timestamp-without-tz | timestamp-without-tz |
            62 | int-pk | int-pk |
            63 | prefer-identity | prefer-identity |
            64 | forbidden/required columns, naming, comments, PK required, NOT NULL required | naming comment-missing table-without-primary-key nullable-column |
            65 | duplicate-column-assignment | duplicate-column-assignment |
            66 | identifier-too-long | identifier-too-long |
            67 | require-schema-qualified | require-schema-qualified |
            68 | drop-table | drop-table drop-without-gate | drop-table
            69 | create-table-force | create-table-force | drop-table
            70 | drop-database/schema | drop-database-or-schema | drop-schema-cascade
            71 | drop-cascade-escalation | drop-cascade-escalation | drop-type-cascade drop-function-cascade drop-view-cascade
            72 | rename-table/schema | rename-table rename-schema | rename-table rename-schema
            73 | set-tablespace | set-tablespace | set-tablespace set-tablespace-same
            74 | set-access-method | set-access-method | set-access-method set-access-method-same
            75 | set-logged-unlogged | set-logged-unlogged | set-logged set-unlogged
            76 | vacuum-full/cluster | vacuum-full-or-cluster | vacuum-full cluster
            77 | truncate | truncate | truncate truncate-cascade
            78 | attach-partition-scan | attach-partition-scan | attach-partition attach-partition-proved attach-partition-with-default
            79 | detach-partition | detach-partition | detach-partition detach-concurrently
            80 | partition-of-existing-parent | partition-of-existing-parent | create-partition create-partition-with-default
            81 | create-trigger | create-trigger | create-trigger replace-trigger
            82 | enable/disable-trigger | enable-or-disable-trigger | enable-trigger disable-trigger
            83 | drop-trigger | drop-trigger | drop-trigger
            84 | refresh-matview | refresh-matview | refresh-materialized-view refresh-materialized-view-concurrently
            85 | enum-create | enum-create | create-enum
            86 | enum-add-value | enum-add-value | enum-add-value
            87 | enum-order | enum-order | enum-add-value
            88 | enum-rename-value | enum-rename-value | enum-rename-value
            89 | grant/policy/RLS | policy-or-rls | create-policy enable-row-security disable-row-security grant
            90 | replica-identity / owner / set schema | owner-schema-replica-identity | replica-identity-full owner set-schema
            91 | missing-lock-timeout | missing-lock-timeout |
            92 | missing-statement-timeout | missing-statement-timeout |
            93 | lock-timeout-zero/too-long/after | lock-timeout-zero lock-timeout-too-long lock-timeout-after |
            94 | statement-timeout-too-long | statement-timeout-too-long |
            95 | missing-application-name / idle_in_transaction_session_timeout | missing-application-name missing-idle-in-transaction-timeout |
            96 | statement-after-ael | statement-after-ael |
            97 | wide-lock-window | wide-lock-window |
            98 | multiple-alter-same-table | multiple-alter-same-table | alter-two-subcommands
            99 | nested / unclosed / uncommitted tx | nested-transaction unclosed-transaction transaction-control-in-step |
            100 | opaque raw SQL | opaque-sql | do-block
            101 | change_table block | (a block of Rails; its SQL is judged as what it is) |
            102 | dml-in-migration | dml-in-migration mixed-ddl-dml backfill-in-transaction | update-all
            103 | delete-without-where | delete-without-where update-without-where | delete-all
            104 | data-dependent change without check | data-dependent-change |
            105 | missing down / irreversible | missing-down rollback-without-reason empty-rollback rollback-does-not-undo |
            106 | history not linear | history-not-linear |
            107 | server capability | server-capability | add-column-virtual-generated
            108 | unused suppression | acceptance-matches-nothing acceptance-without-reason |
            """;

    /** @param rules empty where there is a reason instead */
    private record Row(int number, String name, List<String> rules, String reason, List<String> proofs) {
        static Row of(String line) {
            String[] parts = line.split("\\s*\\|\\s*", -1);
            boolean excepted = parts[2].startsWith("(");
            return new Row(Integer.parseInt(parts[0].strip()), parts[1],
                    excepted ? List.of() : Arrays.asList(parts[2].split(" ")),
                    excepted ? parts[2].substring(1, parts[2].length() - 1) : "",
                    parts.length < 4 || parts[3].isBlank() ? List.of() : Arrays.asList(parts[3].strip().split(" ")));
        }
    }

    @Test
    void hasRulesProofsAndTestsForEveryRow() throws IOException {
        List<Row> rows = rows();
        assertThat(rows).extracting(Row::number)
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 108).boxed().toList());
        Map<String, RulePage> pages = pages();
        assertThat(rows).flatExtracting(Row::rules).allMatch(pages::containsKey);
        assertThat(rows).allMatch(row -> !row.rules().isEmpty() || row.reason().length() > 20);
        assertThat(rows).flatExtracting(Row::proofs).isSubsetOf(proofs());
    }

    @Test
    void drawsTheTable() throws IOException {
        String drawn = draw();
        String before = Files.exists(DOCUMENT) ? Files.readString(DOCUMENT) : "";
        if (!before.equals(drawn)) {
            Files.writeString(DOCUMENT, drawn);
        }
        assertThat(before).as("src/docs/rules.md was drawn anew; look at it and commit it").isEqualTo(drawn);
    }

    private static List<Row> rows() {
        return ROWS.lines().map(Row::of).toList();
    }

    private static Map<String, RulePage> pages() {
        return Catalogue.ALL.stream().map(Rule::page).collect(Collectors.toMap(RulePage::id, page -> page));
    }

    private static Set<String> proofs() throws IOException {
        return Pattern.compile("(?m)^\\| ([a-z0-9-]+) \\|").matcher(Files.readString(PROOFS)).results()
                .map(match -> match.group(1)).collect(Collectors.toSet());
    }

    private static String draw() throws IOException {
        Map<String, RulePage> pages = pages();
        Map<String, String> tests = tests(pages.keySet());
        StringBuilder text = new StringBuilder("""
                # Rules

                Drawn by `RulesTableTest`. The first table has a row for each of the 108 that ten linters know between them;
                proofs are those of [lock-proofs.md](lock-proofs.md), run against live servers. `RulePagesTest` holds for every
                rule: its page's bad example brings the finding, the good one does not. Further tests are named. The page of a
                rule is served at `/docs/rules/{id}`.

                | # | Row | Rules | Proofs | Tests |
                |---|---|---|---|---|
                """);
        Set<String> used = new java.util.HashSet<>();
        for (Row row : rows()) {
            used.addAll(row.rules());
            text.append("| %d | %s | %s | %s | %s |\n".formatted(row.number(), row.name(),
                    row.rules().isEmpty()
                            ? "none: " + row.reason()
                            : row.rules().stream().map(id -> described(pages, id)).collect(Collectors.joining("<br>")),
                    String.join(", ", row.proofs()), row.rules().stream().map(tests::get).flatMap(all -> Arrays.stream(
                            all.split(", "))).distinct().collect(Collectors.joining(", "))));
        }
        text.append("\n## Rules that no linter has\n\n| Rule | Says | Tests |\n|---|---|---|\n");
        pages.keySet().stream().filter(id -> !used.contains(id)).sorted()
                .forEach(id -> text.append("| %s | %s | %s |\n".formatted(described(pages, id),
                        java.util.Objects.requireNonNull(pages.get(id)).title(), tests.get(id))));
        return text.toString();
    }

    private static String described(Map<String, RulePage> pages, String id) {
        RulePage page = java.util.Objects.requireNonNull(pages.get(id));
        return "`" + id + "` (" + page.severity().word() + ", " + page.group().name().toLowerCase(java.util.Locale.ROOT)
                + ")";
    }

    /** By rule, the classes of tests that name it. */
    private static Map<String, String> tests(Set<String> rules) throws IOException {
        Map<String, String> sources = new TreeMap<>();
        try (Stream<Path> files = Files.list(TESTS)) {
            for (Path file : files.filter(each -> each.toString().endsWith("Test.java")).toList()) {
                sources.put(file.getFileName().toString().replace(".java", ""), Files.readString(file));
            }
        }
        sources.remove("RulesTableTest");
        return rules.stream().collect(Collectors.toMap(id -> id, id -> Stream.concat(Stream.of("RulePagesTest"),
                sources.entrySet().stream().filter(each -> each.getValue().contains("\"" + id + "\""))
                        .map(Map.Entry::getKey))
                .distinct().collect(Collectors.joining(", "))));
    }
}
