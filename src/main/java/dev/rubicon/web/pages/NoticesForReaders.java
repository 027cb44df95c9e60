package dev.rubicon.web.pages;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.FlashMap;
import org.springframework.web.servlet.support.SessionFlashMapManager;

/**
 * Keeps what a form's answer has to say for the reader who sent the form. A live page that looks again at the same
 * address in that very moment must not take it away.
 */
@Component(DispatcherServlet.FLASH_MAP_MANAGER_BEAN_NAME)
class NoticesForReaders extends SessionFlashMapManager {

    /** The header of a look that nobody asked for. */
    static final String LOOK = "Rubicon-Look";

    @Override
    protected @Nullable List<FlashMap> retrieveFlashMaps(HttpServletRequest request) {
        return request.getHeader(LOOK) == null ? super.retrieveFlashMaps(request) : null;
    }
}
