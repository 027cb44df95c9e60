/** The pages in a real browser, over a world that is told instead of lived. */
@NullMarked
package dev.rubicon.web.pages;

import org.jspecify.annotations.NullMarked;
