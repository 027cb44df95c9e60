package dev.rubicon;

import dev.rubicon.testing.RubiconTest;
import org.junit.jupiter.api.Test;

@RubiconTest
class StartTest {
    @Test
    void starts() {}
}
