/** What the API shows of schemas. */
@NullMarked
package dev.rubicon.verification.web;

import org.jspecify.annotations.NullMarked;
