@NullMarked
package dev.rubicon;

import org.jspecify.annotations.NullMarked;
