/* Presses on the kiosk: finger, mouse, keys; the way back to the start when nobody is there any more. ES5. */
window.Giliran = window.Giliran || {};
window.Giliran.touch = function (app) {
  'use strict';
  /* A second tap this soon belongs to the first: it must not press what came up under it. */
  var QUIET_MS = 400;
  /* A worn touch panel says one press twice. */
  var SAME_KEY_MS = 120;
  var IDLE_MS = 30000, IDLE_NUMBER_MS = 60000, IDLE_TROUBLE_MS = 180000, COUNTDOWN_MS = 10000;
  var root = document.documentElement, $ = app.$, quietUntil = 0, touchedAt = app.ticks(), lastKey = { key: null, at: 0 };

  function stay() { touchedAt = app.ticks(); $('reset').hidden = true; }

  function quiet() {
    quietUntil = app.ticks() + QUIET_MS;
    root.setAttribute('data-quiet', '');
    window.setTimeout(function () { if (app.ticks() >= quietUntil - 5) { root.removeAttribute('data-quiet'); } }, QUIET_MS);
  }
  function pressKey(key) {
    var twice = lastKey.key === key && app.ticks() - lastKey.at < SAME_KEY_MS;
    lastKey = { key: key, at: app.ticks() };
    if (!twice) { app.types[app.state.step](key); }
  }
  /* A key needs no quiet time: the focus has moved to the new heading, a second Enter meets nothing. */
  function press(target, byKey) {
    var action = app.actions[target.getAttribute('data-do')];
    stay();
    if (target.hasAttribute('data-key')) {
      pressKey(target.getAttribute('data-key'));
    } else if (action && (byKey || app.ticks() >= quietUntil)) {
      quiet();
      action(target);
    }
  }
  function pressable(node) {
    while (node && node !== document && !node.hasAttribute('data-do') && !node.hasAttribute('data-key')) { node = node.parentNode; }
    return node && node !== document && !node.disabled ? node : null;
  }

  /* A finger that slides inside its button still presses it; one that leaves it presses nothing.
     The browser's own rule (15 px and the press is lost) is too strict for a trembling hand. */
  function listenToFingers() {
    var down = null;
    function lift() { if (down) { down.classList.remove('is-down'); } down = null; }
    document.addEventListener('touchstart', function (event) {
      stay();
      lift();
      down = event.touches.length > 1 ? null : pressable(event.target);
      if (down) { down.classList.add('is-down'); }
    });
    document.addEventListener('touchend', function (event) {
      var spot = event.changedTouches[0], target = down, under = document.elementFromPoint(spot.clientX, spot.clientY);
      lift();
      if (!target) { return; }
      event.preventDefault();
      if (under && target.contains(under)) {
        if (target.tagName === 'BUTTON') { target.focus(); }
        press(target);
      }
    }, { passive: false });
    document.addEventListener('touchcancel', lift);
    document.addEventListener('click', function (event) {
      var target = pressable(event.target);
      stay();
      if (target) { press(target, event.detail === 0); }
    });
    ['contextmenu', 'dragstart', 'selectstart'].forEach(function (name) {
      document.addEventListener(name, function (event) { if (event.target.id !== 'query') { event.preventDefault(); } });
    });
  }

  /* Arrow keys go to the nearest button in that direction. */
  function cost(key, from, to) {
    var dx = (to.left + to.right - from.left - from.right) / 2, dy = (to.top + to.bottom - from.top - from.bottom) / 2;
    var along = { ArrowRight: dx, ArrowLeft: -dx, ArrowDown: dy, ArrowUp: -dy }[key];
    return along > 8 && to.width ? along + 2 * Math.abs(key === 'ArrowUp' || key === 'ArrowDown' ? dx : dy) : Infinity;
  }
  function neighbour(key) {
    var from = document.activeElement, best = null, least = Infinity, buttons = document.querySelectorAll('button:not([disabled]), input'), i, price;
    for (i = 0; i < buttons.length; i += 1) {
      price = buttons[i] === from ? Infinity : cost(key, from.getBoundingClientRect(), buttons[i].getBoundingClientRect());
      if (price < least) { least = price; best = buttons[i]; }
    }
    return best;
  }

  function onKey(event) {
    var typing = event.target.id === 'query', target;
    stay();
    if (event.repeat && (event.key === 'Enter' || event.key === ' ')) {
      event.preventDefault();
    } else if (event.key === 'Escape' && !$('back').hidden) {
      press($('back'), true);
    } else if (event.key === 'Enter' && app.state.step === 'start' && event.target.tagName !== 'BUTTON') {
      press(app.section(), true);
    } else if (/^Arrow/.test(event.key) && !(typing && /Left|Right/.test(event.key))) {
      target = neighbour(event.key);
      if (target) { target.focus(); event.preventDefault(); }
    } else if (app.types[app.state.step] && !typing) { typed(event, app.types[app.state.step]); }
  }
  function typed(event, type) {
    var presses = event.key === ' ' && event.target.tagName === 'BUTTON';
    if (event.key === 'Backspace') { type('delete'); }
    if (event.key.length === 1 && !event.ctrlKey && !event.altKey && !presses) { type(event.key); }
  }

  function idleLimit() {
    var step = app.state.step;
    if (step === 'making' || (app.isHome() && app.isPlain())) { return 0; }
    if (step === 'number') {
      /* without paper the number stays until somebody has touched it */
      return !app.number.troubledAt() ? IDLE_NUMBER_MS : touchedAt > app.number.troubledAt() ? IDLE_TROUBLE_MS : 0;
    }
    return IDLE_MS;
  }
  function countDown(left) {
    var seconds = Math.ceil(left / 1000), reset = $('reset'), text = app.say('kiosk.reset', { n: seconds });
    if (reset.hidden) { app.live(text); }
    reset.firstChild.textContent = seconds;
    reset.lastChild.textContent = text;
    reset.hidden = false;
  }
  function tick() {
    var limit = idleLimit(), left = limit - (app.ticks() - touchedAt);
    app.showClock();
    if (limit && left <= 0) {
      stay();
      app.home();
    } else if (limit && left <= COUNTDOWN_MS) { countDown(left); } else { $('reset').hidden = true; }
  }

  app.actions.stay = stay;
  listenToFingers();
  document.addEventListener('keydown', onKey);
  window.setInterval(tick, 500);
  return { stay: stay };
};
