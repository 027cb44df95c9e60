package dev.rubicon.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The tests of a class need these; put it before annotations that start something, like {@link RubiconTest}. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(Requires.Check.class)
public @interface Requires {

    Requirement[] value();

    /** Demands what the class names before anything of it runs. */
    class Check implements BeforeAllCallback {
        @Override
        public void beforeAll(ExtensionContext context) {
            Class<?> test = context.getRequiredTestClass();
            Requires needs = test.getAnnotation(Requires.class);
            for (Requirement requirement : needs == null ? new Requirement[0] : needs.value()) {
                requirement.demand(test.getSimpleName());
            }
        }
    }
}
