package dev.rubicon.web.pages;

import java.time.Duration;
import java.util.Arrays;
import org.springframework.boot.autoconfigure.web.WebProperties;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.CacheControl;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.resource.PathResourceResolver;

/** How long a browser keeps what pages consist of: for good what is named by its content, the icons of tabs for a day. */
@Configuration(proxyBeanMethods = false)
class AssetCaching implements WebMvcConfigurer {

    private final String[] places;
    private final Assets assets;

    AssetCaching(WebProperties web, Assets assets) {
        this.assets = assets;
        this.places = Arrays.stream(web.getResources().getStaticLocations()).map(place -> place + "assets/")
                .toArray(String[]::new);
    }

    @Override
    public void addResourceHandlers(ResourceHandlerRegistry registry) {
        registry.addResourceHandler("/assets/**").addResourceLocations(places)
                .setCacheControl(CacheControl.maxAge(Duration.ofDays(365)).cachePublic().immutable())
                .resourceChain(false).addResolver(new NearestAsset(assets)).addResolver(new PathResourceResolver());
        registry.addResourceHandler("/assets/*.svg").addResourceLocations(places)
                .setCacheControl(CacheControl.maxAge(Duration.ofDays(1)).cachePublic());
    }
}
