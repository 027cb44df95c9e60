package dev.rubicon.security;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * The account of a first start on an empty database: {@code admin}, with the password of the environment variable
 * {@code RUBICON_ADMIN_PASSWORD}, or a random one that the log tells once. The demo makes its own accounts.
 */
@Component
class FirstAdministrator implements SmartInitializingSingleton {

    private static final Logger LOG = LoggerFactory.getLogger(FirstAdministrator.class);
    private static final String NAME = "admin";

    private final Accounts accounts;
    private final Environment settings;

    FirstAdministrator(Accounts accounts, Environment settings) {
        this.accounts = accounts;
        this.settings = settings;
    }

    @Override
    public void afterSingletonsInstantiated() {
        if (settings.getProperty("rubicon.demo", Boolean.class, false) || !accounts.none()) {
            return;
        }
        Optional<String> given = Optional.ofNullable(settings.getProperty("RUBICON_ADMIN_PASSWORD"))
                .filter(password -> !password.isBlank());
        String password = given.orElseGet(FirstAdministrator::random);
        if (accounts.seed(NAME, "Administrator", password, Map.of(Actor.EVERYWHERE, EnumSet.allOf(Role.class)))) {
            LOG.warn("First start: sign in as '{}' with {}. Four eyes need a second person: make one in Settings or by "
                    + "POST /api/v1/users, with the role approver", NAME,
                    given.isPresent()
                            ? "the password of RUBICON_ADMIN_PASSWORD"
                            : "the password " + password + " (told only here; change it)");
        }
    }

    private static String random() {
        byte[] bytes = new byte[18];
        new SecureRandom().nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
