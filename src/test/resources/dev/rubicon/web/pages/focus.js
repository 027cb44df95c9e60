// What can have the focus and does not show it. Asked after a key was pressed, so that the focus is a keyboard's.
() => {
  const from = document.activeElement;
  const shown = (one) => {
    const style = getComputedStyle(one);
    return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1) || style.boxShadow !== 'none';
  };
  // an editor's own lines are focused within a frame of their own
  const hidden = [...document.querySelectorAll('a[href], button, summary, input, select, textarea, [tabindex="0"]')]
    .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.disabled && !one.closest('.cm-editor'))
    .filter((one) => { one.focus({ preventScroll: true }); return document.activeElement === one && !shown(one); });
  from?.focus?.({ preventScroll: true });
  return hidden.slice(0, 3).map((one) => `the focus is not seen on ${one.outerHTML.slice(0, 160)}`);
}
