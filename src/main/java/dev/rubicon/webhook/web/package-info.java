/** The resources of webhooks and their deliveries. */
@NullMarked
package dev.rubicon.webhook.web;

import org.jspecify.annotations.NullMarked;
