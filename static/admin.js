/* What makes the back room's forms more pleasant. Every page works without it. */
(() => {
  'use strict';
  const AGAIN_MS = 15000, SOON_MS = 2000;

  /* Show or hide a password that is being typed. */
  for (const button of document.querySelectorAll('[data-show]')) {
    const field = document.getElementById(button.dataset.show);
    const words = [button.textContent, button.dataset.hide];
    button.hidden = false;
    button.addEventListener('click', () => {
      const isShown = field.type === 'password';
      field.type = isShown ? 'text' : 'password';
      button.textContent = words[isShown ? 1 : 0];
    });
  }

  /* Copy what is shown only once. */
  for (const button of document.querySelectorAll('[data-copy]')) {
    if (!navigator.clipboard) { break; }
    button.hidden = false;
    button.addEventListener('click', async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
      button.textContent = button.dataset.done;
    });
  }

  /* Search in a list that is all here. */
  for (const field of document.querySelectorAll('[data-filter]')) {
    const rows = [...document.getElementById(field.dataset.filter).tBodies[0].rows];
    const none = document.querySelector('[data-none]');
    field.closest('[hidden]').hidden = false;
    field.addEventListener('input', () => {
      const wanted = field.value.trim().toLowerCase();
      for (const row of rows) { row.hidden = !row.textContent.toLowerCase().includes(wanted); }
      none.textContent = rows.every((row) => row.hidden) ? none.dataset.none : '';
    });
  }

  /* The state of now grows old: taken again while somebody looks, drawn where it differs. */
  const live = [...document.querySelectorAll('[data-live]')];
  async function again() {
    if (document.hidden) { return; }
    let fresh = [];
    try {
      const answer = await fetch(location.href, { credentials: 'same-origin' });
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      fresh = [...page.querySelectorAll('[data-live]')];
    } catch (error) {
      fresh = [];
    }
    for (const [at, part] of live.entries()) {
      part.classList.toggle('old', fresh.length !== live.length);
      const isSame = !fresh[at] || fresh[at].innerHTML === part.innerHTML;
      if (!isSame && !part.contains(document.activeElement)) { part.replaceChildren(...fresh[at].childNodes); }
    }
  }
  /* Somebody stands at a printer and waits for what becomes of a test slip. */
  function later() {
    setTimeout(async () => { await again(); later(); }, document.querySelector('[data-soon]') ? SOON_MS : AGAIN_MS);
  }
  if (live.length) { later(); }
})();
