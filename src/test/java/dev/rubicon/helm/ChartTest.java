package dev.rubicon.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import dev.rubicon.testing.Requirement;
import dev.rubicon.testing.Requires;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

@Requires(Requirement.HELM)
class ChartTest {

    private final Helm chart = new Helm(Path.of("helm", "rubicon"));

    @Test
    void isLintCleanAndStrictlySo() {
        var lint = chart.lint().strict().call();
        assertThat(lint.isFailed()).as(String.join("\n", lint.getMessages())).isFalse();
    }

    @Test
    void keepsTheContainerSmallInRightsAndWatchesItsHealth() {
        assertThat(template().call()).contains("kind: Deployment", "kind: Service", "replicas: 2",
                "terminationGracePeriodSeconds: 60", "value: \"30s\"", "runAsNonRoot: true",
                "readOnlyRootFilesystem: true", "path: /actuator/health/liveness", "path: /actuator/health/readiness")
                .doesNotContain("kind: Ingress", "RUBICON_ADMIN_PASSWORD");
    }

    @Test
    void takesSecretsByReferenceOnly() {
        assertThat(template().set("admin.existingSecret", "first-admin").set("targetSecrets", "shops").call())
                .containsPattern(
                        "SPRING_DATASOURCE_PASSWORD\\s+valueFrom:\\s+secretKeyRef:\\s+name: db\\s+key: password")
                .containsPattern("RUBICON_ENCRYPTION_KEY\\s+valueFrom:\\s+secretKeyRef:\\s+name: key")
                .containsPattern("RUBICON_ADMIN_PASSWORD\\s+valueFrom:\\s+secretKeyRef:\\s+name: first-admin")
                .containsPattern("envFrom:\\s+- secretRef:\\s+name: shops");
    }

    @Test
    void opensAnIngressWhenAsked() {
        assertThat(template().set("ingress.enabled", "true").set("ingress.tlsSecret", "cert").call())
                .contains("kind: Ingress", "host: \"rubicon.example.org\"", "secretName: cert");
    }

    @Test
    void saysWhatIsMissingOrMisspelt() {
        assertThatThrownBy(() -> chart.template().withName("rel").call())
                .hasMessageContaining("database.url is the JDBC URL of the control database");
        assertThatThrownBy(() -> template().set("replica", "3").call()).hasMessageContaining("replica");
    }

    private TemplateCommand template() {
        return chart.template().withName("rel").set("database.url", "jdbc:postgresql://db/rubicon")
                .set("database.existingSecret", "db").set("encryptionKey.existingSecret", "key");
    }
}
