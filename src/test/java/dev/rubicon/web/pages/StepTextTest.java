package dev.rubicon.web.pages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.plan.Finding;
import dev.rubicon.plan.Severity;
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
        ClassLoaderTemplateResolver files = new ClassLoaderTemplateResolver();
        files.setPrefix("templates/");
        files.setSuffix(".html");
        SpringTemplateEngine engine = new SpringTemplateEngine();
        engine.setTemplateResolver(files);
        engine.setLinkBuilder(new Links());
        Context context = new Context();
        context.setVariable("f", StepText.found(finding, false));
        return engine.process("bits/step", Set.of("finding"), context);
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
}
