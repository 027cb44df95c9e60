package dev.rubicon.check;

import dev.rubicon.plan.Finding;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was made of one file.
 *
 * @param statements how many it has
 */
record Opinion(Input input, List<Remark> remarks, int statements) {

    /**
     * @param accepted the reason for which the author accepts the finding, or null
     */
    record Remark(Finding finding, @Nullable String accepted) {

        boolean stands() {
            return accepted == null;
        }
    }
}
