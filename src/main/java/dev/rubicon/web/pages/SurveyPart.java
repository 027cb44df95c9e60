package dev.rubicon.web.pages;

import dev.rubicon.rehearsal.RehearsalState;
import dev.rubicon.rehearsal.Survey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The schemas that the targets of a rollout had when it was opened, each with the rehearsal that stands for it.
 *
 * @param reading whether targets are still being read
 * @param unread targets that were not read, one line for each reason
 */
record SurveyPart(boolean reading, String summary, List<Line> lines, List<String> unread) {

    /**
     * @param who has it, like {@code shop-1 and 4 alike}
     * @param rehearsal its number, or null where it was left out
     */
    record Line(Sign sign, String who, @Nullable Long rehearsal, String why) {}

    static SurveyPart of(Survey survey) {
        int targets = survey.schemas().stream().mapToInt(schema -> schema.targets().size()).sum();
        return new SurveyPart(survey.endedAt() == null,
                survey.endedAt() == null
                        ? "reads the schemas of its targets"
                        : "%s among %s".formatted(Amounts.count(survey.schemas().size(), "schema"),
                                Amounts.count(targets, "target")),
                survey.schemas().stream().map(SurveyPart::line).toList(),
                unread(survey.unread()));
    }

    private static List<String> unread(List<Survey.Unread> unread) {
        Map<String, List<Survey.Unread>> byReason = unread.stream().collect(
                Collectors.groupingBy(Survey.Unread::why, LinkedHashMap::new, Collectors.toList()));
        return byReason.entrySet().stream().map(reason -> unread(reason.getKey(), reason.getValue())).toList();
    }

    private static String unread(String why, List<Survey.Unread> targets) {
        String first = targets.getFirst().target();
        return "%s not read: %s".formatted(
                targets.size() == 1 ? first + " was" : first + " and " + (targets.size() - 1) + " more were", why);
    }

    private static Line line(Survey.Schema schema) {
        int others = schema.targets().size() - 1;
        RehearsalState state = schema.state();
        return new Line(state == null ? new Sign("dot", "hold", "left out") : Sign.of(state),
                schema.targets().getFirst() + (others == 0 ? "" : " and %d alike".formatted(others)),
                schema.rehearsal(), schema.why());
    }
}
