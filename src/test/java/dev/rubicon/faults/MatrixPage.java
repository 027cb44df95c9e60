package dev.rubicon.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Draws {@code src/docs/fault-matrix.md}. */
final class MatrixPage {

    private static final Path FILE = Path.of("src", "docs", "fault-matrix.md");
    private static final String HEAD = """
            # The fault matrix

            Drawn by `FaultMatrixIT`, which tries every cell with JVMs, PostgreSQL servers and networks of its own. In a cell a
            run of three steps stands still in its second step, at the point of its row, when the fault of its column strikes.
            ✓ says that the run then ended by itself, with every step in effect exactly once: the ledger, the schema and the data
            of the target say so; no invalid index, session, lock, cursor or intent is left; the events tell it without gap or
            contradiction and agree with the target; and all of it is still so when every other fault has struck. How a point is
            reached without a hook in the product is said in [decision 63](decisions/0063-faults-from-outside.md).

            """;

    private MatrixPage() {}

    static void write(Map<Fault, Map<Point, List<String>>> verdicts) throws IOException {
        StringBuilder page = new StringBuilder(HEAD);
        page.append("| Where the run stands |")
                .append(Arrays.stream(Fault.values()).map(fault -> " " + fault.title).collect(Collectors.joining(" |")))
                .append(" |\n|---|").append(":-:|".repeat(Fault.values().length)).append('\n');
        for (Point point : Point.values()) {
            page.append("| ").append(point.title);
            for (Fault fault : Fault.values()) {
                boolean green = verdicts.getOrDefault(fault, Map.of()).getOrDefault(point, List.of("untried"))
                        .isEmpty();
                page.append(" | ").append(green ? "✓" : "**✗**");
            }
            page.append(" |\n");
        }
        page.append("\n## The faults\n\n");
        for (Fault fault : Fault.values()) {
            page.append("- **").append(capital(fault.title)).append(".** ").append(fault.sentence).append('\n');
        }
        page.append("\n## How a run comes to stand there\n\n");
        for (Point point : Point.values()) {
            page.append("- **").append(capital(point.title)).append(":** ").append(point.how).append(".\n");
        }
        Files.writeString(FILE, page);
    }

    private static String capital(String title) {
        return title.startsWith("kill") ? title : Character.toUpperCase(title.charAt(0)) + title.substring(1);
    }
}
