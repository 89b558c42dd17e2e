/* The ticket page's life: asks by ETag whether anything changed, takes the new words from the server when it did.
   ES5, for old phones. The page is whole without it. */
(function () {
  'use strict';
  var EVERY_MS = 5000;
  var HIDDEN_MS = 30000;      /* nobody looks: the battery and the data are the resident's */
  var ANSWER_MS = 8000;
  var TICK_MS = 1000;
  var OLD_MS = 120000;        /* from here on the page warns that it may be wrong */
  var main = document.getElementById('main');
  var told = document.getElementById('told');
  var goodAt = Date.now();    /* when the server last said how it stands */
  var askedAt = goodAt;
  var asking = false;

  function now() { return document.getElementById('now'); }
  function is(name) { return now().getAttribute('data-' + name); }
  function isOver() { return is('final') !== null; }

  function ask(url, tag, then) {
    var call = new XMLHttpRequest();
    call.open('GET', url);
    call.timeout = ANSWER_MS;
    if (tag) { call.setRequestHeader('If-None-Match', '"' + tag + '"'); }
    call.onload = function () { then(call.status, call.responseText); };
    call.onerror = call.ontimeout = function () { then(0, ''); };
    call.send();
  }

  function poll() {
    if (asking) { return; }
    asking = true;
    askedAt = Date.now();
    ask(main.getAttribute('data-api'), is('tag'), function (status) {
      if (status === 200) { ask(main.getAttribute('data-now'), '', take); return; }
      asking = false;
      if (status === 304) { good(); }
      if (status === 404) { location.reload(); }
    });
  }

  function take(status, html) {
    var held = document.activeElement && document.activeElement.id, before = is('title'), again;
    var wasOpen = main.querySelector('details[open]'), more;
    asking = false;
    if (status !== 200) { return; }
    main.innerHTML = html;
    more = wasOpen && main.querySelector('details');
    if (more) { more.open = true; }
    again = held && document.getElementById(held);
    if (again) { again.focus(); }
    if (is('title') !== before) { document.title = told.textContent = is('title'); }
    good();
  }

  function good() { goodAt = Date.now(); say(); }

  /* How old what stands here is. */
  function say() {
    if (isOver()) { return; }
    var age = document.getElementById('age'), minutes = Math.floor((Date.now() - goodAt) / 60000), text;
    text = minutes < 1 ? age.getAttribute('data-new') : age.getAttribute(minutes < 2 ? 'data-one' : 'data-many').replace('{n}', minutes);
    if (age.textContent !== text) { age.textContent = text; }
    now().className = Date.now() - goodAt >= OLD_MS ? 'old' : '';
  }

  function tick() {
    if (isOver()) { return; }
    say();
    if (Date.now() - askedAt >= (document.hidden ? HIDDEN_MS : EVERY_MS)) { poll(); }
  }

  main.addEventListener('click', function (event) {
    var at = event.target;
    while (at !== main && at.id !== 'reload') { at = at.parentNode; }
    if (at.id === 'reload') { event.preventDefault(); poll(); }
  });
  document.addEventListener('visibilitychange', function () { if (!document.hidden && !isOver()) { say(); poll(); } });
  window.addEventListener('online', function () { if (!isOver()) { poll(); } });
  setInterval(tick, TICK_MS);
  say();
}());
