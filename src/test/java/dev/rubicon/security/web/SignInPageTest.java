package dev.rubicon.security.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.ui.ExtendedModelMap;

class SignInPageTest {

    @Test
    void namesTheDemoAccountsToThisMachineAlone() {
        assertThat(accounts(true, request("127.0.0.1"))).hasToString("[author, approver, operator, admin]");
        assertThat(accounts(true, request("0:0:0:0:0:0:0:1"))).isNotEmpty();
        assertThat(accounts(true, request("192.0.2.1"))).isEmpty();
        assertThat(accounts(false, request("127.0.0.1"))).isEmpty();
        MockHttpServletRequest proxied = request("127.0.0.1");
        proxied.addHeader("X-Forwarded-For", "192.0.2.1");
        assertThat(accounts(true, proxied)).isEmpty();
    }

    private static List<?> accounts(boolean demo, MockHttpServletRequest request) {
        ExtendedModelMap model = new ExtendedModelMap();
        assertThat(new SignInPage(demo).page(model, request, null, null, null)).isEqualTo("login");
        return (List<?>) Objects.requireNonNull(model.getAttribute("demoAccounts"));
    }

    private static MockHttpServletRequest request(String address) {
        MockHttpServletRequest request = new MockHttpServletRequest();
        request.setRemoteAddr(address);
        return request;
    }
}
