/**
 * The dashboard's pages: each is one controller that asks the rooms' doors and one record that computes everything a
 * template shows. Templates decide nothing; every page is a link and works without JavaScript.
 */
@NullMarked
package dev.rubicon.web.pages;

import org.jspecify.annotations.NullMarked;
