@NullMarked
package dev.rubicon.execution.web;

import org.jspecify.annotations.NullMarked;
