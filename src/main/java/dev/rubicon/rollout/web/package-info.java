@NullMarked
package dev.rubicon.rollout.web;

import org.jspecify.annotations.NullMarked;
