// Controls that do nothing where no script runs, as sentences.
() => {
  const found = [];
  const seen = (one) => one.checkVisibility({ visibilityProperty: true }) && one.getClientRects().length > 0;
  const all = (selector) => [...document.querySelectorAll(selector)].filter(seen);
  const tell = (what, elements) => elements.slice(0, 3).forEach((one) => found.push(`${what}: ${one.outerHTML.slice(0, 160)}`));
  const submits = (form) => form && [...form.elements].some((one) => (one.type === 'submit' || one.type === 'image') && seen(one));
  tell('a button that sends nothing', all('button').filter((one) => !one.disabled && !(one.form && one.type === 'submit')));
  // a button alone is locked by the server; beside fields it is a script that would unlock it when they are filled in
  tell('a button that is locked, and only a script would unlock it', all('button:disabled')
    .filter((one) => one.form && !one.hasAttribute('aria-describedby') && [...one.form.elements].some((field) => field !== one && seen(field))));
  tell('a field that nothing sends', all('input:not([type=hidden]), select, textarea').filter((one) => !submits(one.form)));
  tell('a link that leads nowhere', all('a').filter((one) => !one.getAttribute('href') || one.getAttribute('href') === '#'));
  tell('something to press that is no control', all('[onclick], [role=button]:not(button, a, summary)'));
  const main = document.querySelector('main');
  if (!main || main.innerText.trim().length < 20) found.push('nothing to read');
  return found;
}
