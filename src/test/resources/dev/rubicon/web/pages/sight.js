// What a reader with a keyboard, a small screen, poor sight or a sensitive stomach would stumble over on this page, as
// sentences; axe is asked beside it. An expression: a function that answers with what it found.
() => {
  const found = [];
  const tell = (what, elements) => {
    const some = [...elements];
    if (some.length > 0) found.push(`${what}: ${some.slice(0, 3).map((one) => one.outerHTML.slice(0, 160)).join(' | ')}`);
  };
  const seen = (one) => one.checkVisibility({ visibilityProperty: true }) && one.getClientRects().length > 0;
  const all = (selector) => [...document.querySelectorAll(selector)].filter(seen);

  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > wide) {
    // what scrolls in a box of its own does not count
    tell('wider than the window', all('body *').filter((one) => one.getBoundingClientRect().right > wide + 1).slice(-3));
  }

  // 24 by 24 px, or a word in running text (WCAG 2.5.8); a field's label is part of its target
  const small = (one) => {
    const label = one.labels?.[0];
    const boxes = [one, ...(label ? [label] : [])].map((each) => each.getBoundingClientRect());
    return !boxes.some((box) => box.height >= 23.5 && box.width >= 23.5);
  };
  tell('a target under 24 px', all('button, .button, select, summary, input:not([type=hidden]), nav a').filter(small));

  const named = document.documentElement.lang;
  if (!/^en\b/.test(named)) found.push(`the language is ${named || 'not said'}`);
  if (all('main').length !== 1) found.push('not exactly one main landmark');
  if (all('h1').length !== 1) found.push(`${all('h1').length} headings of the first level`);
  let before = 0;
  for (const heading of all('h1, h2, h3, h4, h5, h6')) {
    const level = Number(heading.tagName[1]);
    if (level > before + 1) tell(`a heading of level ${level} after one of level ${before}`, [heading]);
    before = level;
  }
  if (!/ · Rubicon$/.test(document.title) || document.title.length < 13) found.push(`the title is “${document.title}”`);

  // a state is a word, and mostly a symbol too, never a colour alone
  tell('a state without a word', all('.sign, .tag, .river-tag').filter((one) => !/\p{L}|\p{N}/u.test(one.textContent)));
  tell('a state without a symbol', all('.sign').filter((one) => !one.querySelector('svg')));

  tell('moves though less motion is wished', all('*').filter((one) => {
    const style = getComputedStyle(one);
    return style.animationName !== 'none' || style.transitionDuration.split(',').some((each) => parseFloat(each) > 0);
  }));

  const twice = new Set();
  const ids = all('[id]').map((one) => one.id).filter((id) => twice.has(id) || !twice.add(id));
  if (ids.length > 0) found.push(`the same id twice: ${ids.slice(0, 5).join(', ')}`);
  return found;
}
