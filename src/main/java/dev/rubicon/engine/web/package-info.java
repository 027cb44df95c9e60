/** What the API shows of targets through their engines. */
@NullMarked
package dev.rubicon.engine.web;

import org.jspecify.annotations.NullMarked;
