package dev.rubicon.web.pages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.plan.Finding;
import dev.rubicon.plan.PlanDocument;
import dev.rubicon.plan.PlanDocuments;
import dev.rubicon.plan.PlanReader;
import dev.rubicon.plan.PlanRevision;
import dev.rubicon.plan.Severity;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.thymeleaf.context.Context;
import org.thymeleaf.context.IExpressionContext;
import org.thymeleaf.linkbuilder.AbstractLinkBuilder;
import org.thymeleaf.spring6.SpringTemplateEngine;
import org.thymeleaf.templateresolver.ClassLoaderTemplateResolver;

class StepTextTest {

    private static final Finding FOUND = new Finding("f1", "drop-table", Severity.ERROR, "s", "forward", 3, 1,
            "It goes", "Its rows go too.", null);

    private static String html(Finding finding) {
        return html("finding", "f", StepText.found(finding, false));
    }

    private static String html(String fragment, String name, Object value) {
        ClassLoaderTemplateResolver files = new ClassLoaderTemplateResolver();
        files.setPrefix("templates/");
        files.setSuffix(".html");
        SpringTemplateEngine engine = new SpringTemplateEngine();
        engine.setTemplateResolver(files);
        engine.setLinkBuilder(new Links());
        Context context = new Context();
        context.setVariable(name, value);
        return engine.process("bits/step", Set.of(fragment), context);
    }

    private static final class Links extends AbstractLinkBuilder {
        @Override
        public String buildLink(IExpressionContext context, String base, Map<String, Object> parameters) {
            return base;
        }
    }

    @Test
    void showsTheReasonForWhichAFindingIsAccepted() {
        assertThat(html(FOUND.accepted("empty since <May>"))).contains("Accepted", "empty since &lt;May&gt;");
        assertThat(html(FOUND)).contains("It goes").doesNotContain("Accepted");
    }

    @Test
    void tellsOfAGeneratedStepWhatItIsForAndOfABackfillWhereItsRecordIs() {
        String source = PlanDocuments.RENAME.replace("where: display_name IS NULL",
                "where: display_name IS NULL\n          dualWrite: { from: username, to: display_name }\n"
                        + "          record: 30d");
        PlanDocument document = PlanReader.standalone().read(source, "application/yaml").document();
        PlanRevision revision = new PlanRevision(document.plan(), 1, "sha256:1", document, source, "application/yaml",
                "author", Instant.EPOCH, Map.of(), null);
        List<StepText> steps = document.steps().map(step -> StepText.of(step, revision, List.of(), List.of(), null))
                .toList();
        assertThat(html("step", "s", steps.get(1)).replaceAll("<[^>]*>", "")).contains(
                "generated for dualWrite of copy-username", "CREATE FUNCTION", "zz_rubicon_users_display_name");
        assertThat(html("step", "s", steps.get(2)).replaceAll("<[^>]*>", "")).doesNotContain("generated for")
                .contains("kept for 30d in rubicon.was_rename_username__copy_username");
    }
}
