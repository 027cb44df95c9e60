package dev.rubicon.web.pages;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.AbstractResource;
import org.springframework.core.io.Resource;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.web.servlet.resource.HttpResource;
import org.springframework.web.servlet.resource.ResourceResolver;
import org.springframework.web.servlet.resource.ResourceResolverChain;

/**
 * While a new version rolls out, a page of one node asks another for its script, which has none of that name. It gets this
 * node's own: a page works with that of a neighbouring version, and is dead without any. Nobody may keep it under that name.
 */
class NearestAsset implements ResourceResolver {

    private final Assets assets;

    NearestAsset(Assets assets) {
        this.assets = assets;
    }

    @Override
    public @Nullable Resource resolveResource(@Nullable HttpServletRequest request, String path,
            List<? extends Resource> locations, ResourceResolverChain chain) {
        Resource found = chain.resolveResource(request, path, locations);
        if (found != null) {
            return found;
        }
        Resource own = assets.ownOf(path).map(name -> chain.resolveResource(request, name, locations)).orElse(null);
        return own == null ? null : new Borrowed(own);
    }

    @Override
    public @Nullable String resolveUrlPath(String path, List<? extends Resource> locations,
            ResourceResolverChain chain) {
        return chain.resolveUrlPath(path, locations);
    }

    /** The file of another name, for this once. */
    private static final class Borrowed extends AbstractResource implements HttpResource {

        private final Resource file;

        Borrowed(Resource file) {
            this.file = file;
        }

        @Override
        public HttpHeaders getResponseHeaders() {
            HttpHeaders headers = new HttpHeaders();
            headers.setCacheControl(CacheControl.noStore());
            return headers;
        }

        @Override
        public @Nullable String getFilename() {
            return file.getFilename();
        }

        @Override
        public String getDescription() {
            return file.getDescription();
        }

        @Override
        public InputStream getInputStream() throws IOException {
            return file.getInputStream();
        }

        @Override
        public long contentLength() throws IOException {
            return file.contentLength();
        }

        @Override
        public long lastModified() throws IOException {
            return file.lastModified();
        }
    }
}
