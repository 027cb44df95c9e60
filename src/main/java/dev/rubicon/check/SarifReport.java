package dev.rubicon.check;

import dev.rubicon.analysis.sarif.Sarif;
import java.util.List;

/** Findings for code hosts. */
final class SarifReport {

    private SarifReport() {}

    static String of(List<Opinion> opinions, String version) {
        return Sarif.log(version, Judging.rules(), opinions.stream()
                .flatMap(opinion -> opinion.remarks().stream()
                        .map(remark -> new Sarif.Result(file(opinion.input().name()), remark.finding(),
                                remark.accepted())))
                .toList());
    }

    /** Code hosts know the files of a checkout by their path from its root. */
    private static String file(String name) {
        return name.startsWith("./") ? name.substring(2) : name.equals("<stdin>") ? "stdin" : name;
    }
}
