package dev.rubicon.security.web;

import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

@Controller
class SignInPage {

    /** The demo's people; each one's password is the name. */
    private static final List<String> DEMO_ACCOUNTS = List.of("author", "approver", "operator", "admin");

    private final boolean demo;

    SignInPage(@Value("${rubicon.demo:false}") boolean demo) {
        this.demo = demo;
    }

    /**
     * @param failed present after a wrong name or password
     * @param wait seconds until the next try, after too many wrong ones
     * @param signedOut present after signing out
     */
    @GetMapping("/login")
    String page(Model model, HttpServletRequest request, @RequestParam(required = false) @Nullable String failed,
            @RequestParam(required = false) @Nullable Long wait,
            @RequestParam(name = "signed-out", required = false) @Nullable String signedOut) {
        model.addAttribute("failed", failed != null);
        model.addAttribute("wait", wait);
        model.addAttribute("signedOut", signedOut != null);
        model.addAttribute("demoAccounts", demo && comesFromHere(request) ? DEMO_ACCOUNTS : List.of());
        return "login";
    }

    /** A proxy on this machine is loopback too, but it says for whom it asks. */
    private static boolean comesFromHere(HttpServletRequest request) {
        if (request.getHeader("X-Forwarded-For") != null || request.getHeader("Forwarded") != null) {
            return false;
        }
        try {
            return InetAddress.getByName(request.getRemoteAddr()).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
