/* The kiosk page: one question a step. ES5 on purpose, for old Android WebViews. This file keeps the step, the language
   and the way back; kiosk-find finds the service, kiosk-line talks to the server, kiosk-number shows what was got,
   kiosk-touch hears the person. Each is given the object `app` made here. */
(function (giliran) {
  'use strict';

  var FIT_LEVELS = 5;
  var root = document.documentElement;
  var boot = JSON.parse(document.getElementById('boot').textContent);
  var trail = [], lang = boot.lang, skew = 0, app;

  function $(id) { return document.getElementById(id); }
  function each(selector, act) { Array.prototype.forEach.call(document.querySelectorAll(selector), act); }
  function section() { return document.querySelector('[data-in="' + app.state.step + '"]'); }

  /* a text in the language of now: [id, en] as this page carries it, or {id, en} as the server answers */
  function word(both) { return both ? both[lang] || both[lang === 'en' ? 1 : 0] || both.id : ''; }
  function say(key, values) {
    var pair = values && Number(values.n) === 1 && boot.words[key + '.one'] || boot.words[key], text = pair ? word(pair) : key, name;
    for (name in values) { text = text.split('{' + name + '}').join(values[name]); }
    return text;
  }

  function el(tag, className, text) {
    var node = document.createElement(tag);
    if (className) { node.className = className; }
    if (text !== undefined) { node.textContent = text; }
    return node;
  }

  /* Names like "KTP-el" do not break at their hyphen. */
  function whole(node, text) {
    var parts = text.split(/(\w+-\w+)/), i;
    fill(node);
    for (i = 0; i < parts.length; i += 1) { node.appendChild(i % 2 ? el('span', 'whole', parts[i]) : document.createTextNode(parts[i])); }
    return node;
  }

  function shape(className, symbol) {
    var ns = 'http://www.w3.org/2000/svg', node = document.createElementNS(ns, 'svg'), use = document.createElementNS(ns, 'use');
    node.setAttribute('class', className);
    node.setAttribute('aria-hidden', 'true');
    node.setAttribute('focusable', 'false');
    use.setAttributeNS('http://www.w3.org/1999/xlink', 'href', '#' + symbol);
    node.appendChild(use);
    return node;
  }

  /* fill(node, child, ...): these children and no others */
  function fill(node) {
    var i;
    while (node.firstChild) { node.removeChild(node.firstChild); }
    for (i = 1; i < arguments.length; i += 1) { if (arguments[i]) { node.appendChild(arguments[i]); } }
    return node;
  }

  /* time: the server's clock in the office's own zone, whatever this machine believes */
  function wall(iso) {
    var zone = /([+-])(\d\d):?(\d\d)$/.exec(iso), minutes = zone ? zone[2] * 60 + Number(zone[3]) : 0;
    return new Date(Date.parse(iso) + (zone && zone[1] === '-' ? -minutes : minutes) * 60000);
  }
  function two(n) { return (n < 10 ? '0' : '') + n; }
  function clockOf(iso) { return two(wall(iso).getUTCHours()) + '.' + two(wall(iso).getUTCMinutes()); }
  function now() {
    var zone = /([+-]\d\d:\d\d)$/.exec(boot.status.at)[1], noon = '1970-01-01T12:00:00' + zone;
    return new Date(Date.now() + skew + wall(noon).getTime() - Date.parse(noon)).toISOString().slice(0, 19) + zone;
  }
  function dayOf(iso) {
    var at = wall(iso), days = Math.floor(at / 86400000) - Math.floor(wall(now()) / 86400000), weekday = say('day.' + (at.getUTCDay() || 7));
    if (days === 0) { return say('day.today'); }
    if (days > 0 && days < 7) { return weekday; }
    return say('day.date', { weekday: weekday, day: at.getUTCDate(), month: say('month.' + (at.getUTCMonth() + 1)), year: at.getUTCFullYear() });
  }
  function weekdayOf(iso) { return wall(iso).getUTCDay(); }
  function showClock() { $('clock').textContent = clockOf(now()); }

  function relabel() {
    each('[data-t]', function (node) { node.textContent = say(node.getAttribute('data-t')); });
    each('[data-label]', function (node) { node.setAttribute('aria-label', say(node.getAttribute('data-label'))); });
    root.lang = lang;
    document.title = say('kiosk.title') + ': ' + boot.office.name;
    $('welcome').textContent = say('kiosk.welcome', { point: boot.office.name });
    $('language').lang = lang === 'id' ? 'en' : 'id';
    $('language').lastChild.textContent = say('kiosk.language');
    $('size').lastChild.textContent = say(root.getAttribute('data-size') ? 'kiosk.normal_text' : 'kiosk.bigger_text');
    $('reach').lastChild.textContent = say(root.getAttribute('data-reach') ? 'kiosk.reach_off' : 'kiosk.reach');
    $('contrast').lastChild.textContent = say(root.getAttribute('data-theme') ? 'kiosk.contrast_off' : 'kiosk.contrast');
    app.line.staff();
  }

  function tooSmall(box) { return box.scrollHeight > box.clientHeight + 2 || box.scrollWidth > box.clientWidth + 2; }
  function overflows(part) {
    return tooSmall(part) || Array.prototype.some.call(part.querySelectorAll('.pick, .btn, .papers, .list, .grid, .track, .slip'), tooSmall);
  }
  /* Names and papers are the office's own and may be long: give up ornaments, then air, then size, before anything is cut. */
  function fit() {
    var part = section(), level = 0;
    root.removeAttribute('data-tight');
    while (level < FIT_LEVELS && overflows(part)) { level += 1; root.setAttribute('data-tight', level); }
  }

  function draw() {
    var state = app.state;
    each('[data-in]', function (part) { part.hidden = part.getAttribute('data-in') !== state.step; });
    root.setAttribute('data-step', state.step);
    $('back').hidden = !!(state.home || state.final) || state.step === 'making' || state.step === 'number';
    if (app.draws[state.step]) { app.draws[state.step](state); }
    fit();
  }
  function arrive() {
    draw();
    section().querySelector('h1').focus();
  }

  function copy(from, over) {
    var name, made = {};
    for (name in from) { made[name] = from[name]; }
    for (name in over) { made[name] = over[name]; }
    return made;
  }
  /* Another step in the place of this one: back does not lead here again. */
  function swap(facts) {
    app.state = copy(copy(app.state, { page: 0, home: false, final: false }), facts);
    arrive();
  }
  function go(step, facts) {
    trail.push(app.state);
    swap(copy(facts, { step: step }));
  }
  function back() {
    if (!trail.length) { home(); return; }
    app.state = trail.pop();
    arrive();
  }

  /* back to where services are chosen, however deep the person was */
  function others() {
    while (trail.length > 1 && ['groups', 'services', 'search'].indexOf(trail[trail.length - 1].step) < 0) { trail.pop(); }
    back();
  }

  /* The first screen: the welcome, or the reason why there is none. Nothing of the person before stays. */
  function home() {
    trail = [];
    lang = boot.lang;
    root.removeAttribute('data-size');
    root.removeAttribute('data-theme');
    root.removeAttribute('data-reach');
    app.line.forget();
    app.number.forget();
    app.state = copy(app.line.stopsHere() || { step: 'start' }, { home: true });
    relabel();
    arrive();
  }

  /* A screen that stops a person. `told()` is asked again when the language changes: icon, calm, title, lines, acts [[action, words, icon]]. */
  function stop(told, facts) { return copy({ step: 'stop', told: told }, facts); }
  function act(facts, i) {
    var node = el('button', 'btn btn--big' + (i === 0 ? ' btn--main' : ''));
    node.type = 'button';
    node.setAttribute('data-do', facts[0]);
    if (facts[2]) { node.appendChild(shape('i', 'i-' + facts[2])); }
    node.appendChild(el('span', '', say(facts[1])));
    return node;
  }
  function drawStop(state) {
    var told = state.told(), acts = (told.acts || []).map(act), lines = told.lines.filter(Boolean).map(function (text) { return el('p', 'hint', text); });
    fill($('stop-icon'), shape('i', 'i-' + told.icon)).className = 'stop__icon' + (told.calm ? ' stop__icon--calm' : '');
    whole($('stop-title'), told.title);
    fill.apply(null, [$('stop-lines')].concat(lines));
    fill.apply(null, [$('stop-acts')].concat(acts)).hidden = !acts.length;
  }

  function toggle(name, value) {
    return function () {
      if (root.getAttribute(name)) { root.removeAttribute(name); } else { root.setAttribute(name, value); }
      relabel();
      draw();
    };
  }
  /* What few people need is fetched when somebody does: the first view stays light. */
  function fetchScript(address, then) {
    var script = el('script');
    script.src = address;
    script.onload = then;
    script.onerror = function () {
      go('stop', stop(function () { return { icon: 'wifi-off', title: say('err.generic'), lines: [], acts: [['home', 'kiosk.to_start']] }; }));
    };
    document.body.appendChild(script);
  }
  function later(then) {
    if (app.booking) { then(); return; }
    fetchScript(boot.later, function () {
      app.booking = app.booking || giliran.booking(app);
      then();
    });
  }
  function speak(chosen) {
    lang = chosen;
    relabel();
  }

  app = {
    boot: boot, state: { step: 'start', home: true }, draws: { stop: drawStop }, types: {}, $: $, say: say, word: word, el: el, whole: whole, shape: shape, fill: fill, section: section,
    clockOf: clockOf, dayOf: dayOf, weekdayOf: weekdayOf, now: now, showClock: showClock, draw: draw, fit: fit, go: go, swap: swap, home: home, stop: stop, later: later, fetchScript: fetchScript, speak: speak,
    /* never jumps when somebody sets the machine's clock */
    ticks: function () { return window.performance.now(); },
    setClock: function (iso) { skew = Date.parse(iso) - Date.now(); showClock(); },
    isHome: function () { return app.state.home === true; },
    isPlain: function () { return lang === boot.lang && !root.getAttribute('data-size') && !root.getAttribute('data-theme') && !root.getAttribute('data-reach'); },
    lang: function () { return lang; },
    live: function (text) { $('live').textContent = text; },
    actions: {
      back: back, others: others, home: home, size: toggle('data-size', 'large'), contrast: toggle('data-theme', 'contrast'), reach: toggle('data-reach', 'low'),
      language: function () { speak(lang === 'id' ? 'en' : 'id'); draw(); }
    }
  };
  app.find = giliran.find(app);
  app.line = giliran.line(app);
  app.number = giliran.number(app);
  app.stay = giliran.touch(app).stay;
  window.addEventListener('resize', fit);
  if (document.fonts && document.fonts.ready) { document.fonts.ready.then(fit); }
  app.line.start();
  root.setAttribute('data-ready', '');
}(window.Giliran));
