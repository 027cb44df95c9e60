/** The resources of people, tokens and oneself, and the sign-in page. */
@NullMarked
package dev.rubicon.security.web;

import org.jspecify.annotations.NullMarked;
