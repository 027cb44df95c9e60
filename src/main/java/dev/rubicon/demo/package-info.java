/** The demo of a first run: accounts, environments, targets and a plan, made through the same doors that users take. */
@ApplicationModule
@NullMarked
package dev.rubicon.demo;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
