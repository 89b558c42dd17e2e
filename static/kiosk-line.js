/* The kiosk's line to the server: what it may do now, and taking a number exactly once. ES5. */
window.Giliran = window.Giliran || {};
window.Giliran.line = function (app) {
  'use strict';
  var POLL_MS = 5000, POLL_LOST_MS = 1500, TIMEOUT_MS = 4000, LOST_AFTER = 2;
  var RETRY_MS = [400, 1000, 2000, 3000, 4000, 5000], GIVE_UP_MS = 25000, RESUME_MS = 120000, SOON_MS = 600000, SAID_MINUTES = 15;
  var DUMB = ['paper_out', 'cover', 'error', 'off'];
  var STAFF = {
    ok: 'kiosk.staff_ok', paper_low: 'kiosk.staff_paper_low', paper_out: 'kiosk.staff_paper_out', cover: 'kiosk.staff_cover',
    error: 'kiosk.staff_error', off: 'kiosk.staff_printer', unknown: 'kiosk.staff_unknown'
  };
  var HELP = ['unsure', 'kiosk.priority_help', 'circle-question-mark'];
  var boot = app.boot, $ = app.$, say = app.say, stop = app.stop;
  var office = '/offices/' + boot.office.code, csrf = document.querySelector('meta[name="csrf-token"]');
  var status = boot.status, misses = 0, lostAt = null, homeKind = '', pending = null;

  /* done(status, body); status 0: no answer that can be read, whatever the reason */
  function call(method, path, body, done) {
    var request = new XMLHttpRequest();
    function finish() {
      var data = null;
      request.onload = request.onerror = request.ontimeout = null;
      try { data = JSON.parse(request.responseText); } catch (unreadable) { data = null; }
      done(data ? request.status : 0, data || {});
    }
    request.open(method, '/api/v1' + path);
    request.timeout = TIMEOUT_MS;
    request.setRequestHeader('X-CSRF-Token', csrf ? csrf.content : '');
    request.setRequestHeader('Content-Type', 'application/json');
    request.onload = request.onerror = request.ontimeout = finish;
    request.send(body ? JSON.stringify(body) : null);
  }

  /* What must outlive a reload stays in the tab, and no longer than the person does. */
  function keep(name, value) {
    var box = JSON.stringify({ office: boot.office.code, kept_at: Date.now(), value: value });
    try { if (value) { sessionStorage.setItem(name, box); } else { sessionStorage.removeItem(name); } } catch (full) { return; }
  }
  function kept(name, youngerThanMs) {
    var box = null;
    try { box = JSON.parse(sessionStorage.getItem(name)); } catch (unreadable) { box = null; }
    return box && box.office === boot.office.code && Date.now() - box.kept_at < youngerThanMs ? box.value : null;
  }

  /* the state of the office and its machines */
  function poll() {
    call('GET', office + '/kiosk?version=' + boot.version, null, function (code, body) {
      window.setTimeout(poll, code === 200 ? POLL_MS : POLL_LOST_MS);
      if (code === 401 || code === 403) { window.location.reload(); return; }
      misses = code === 200 ? 0 : misses + 1;
      lostAt = code === 200 ? null : lostAt || app.now();
      if (code === 200) {
        status = body;
        app.setClock(body.at);
      }
      show();
    });
  }
  function homeKindNow() {
    if (misses >= LOST_AFTER) { return 'offline'; }
    if (!status.open.may_take) { return status.open.code + status.open.opens_at; }
    return allPaused() ? 'paused' + allPaused().reason + allPaused().until : '';
  }
  function show() {
    staff();
    if (app.isHome()) {
      if (homeKindNow() !== homeKind) { app.home(); } else { app.draw(); }
    } else if (app.state.step === 'number') { app.number.drawSlip(); }
  }

  function printer() { return status && status.printer ? status.printer.state : 'unknown'; }
  function staff() {
    var bad = lostAt || (printer() !== 'ok' && printer() !== 'unknown'), text = lostAt ? say('kiosk.staff_server', { time: app.clockOf(lostAt) }) : say(STAFF[printer()] || STAFF.unknown);
    app.fill($('staff'), app.shape('i', lostAt ? 'i-wifi-off' : bad ? 'i-printer' : 'i-circle-check'), app.el('span', '', text));
    $('staff').className = 'staff' + (bad ? ' staff--look' : '');
  }
  function isDumb() { return DUMB.indexOf(printer()) >= 0; }
  function notePrinter() {
    var note = document.querySelector('[data-note="print"]');
    note.hidden = !isDumb();
    note.lastChild.textContent = say('kiosk.print_off');
  }

  /* why not, and until when */
  function reasonOf(reason) { return typeof reason !== 'string' ? app.word(reason) : boot.words['out.' + reason] ? say('out.' + reason) : reason; }
  function now(code) { return status && status.services && status.services.filter(function (one) { return one.code === code; })[0] || {}; }
  function pause(code) { return now(code).paused || null; }
  /* when the call may come: [words, the range in bold]; a range that ends so soon would be false to the minute */
  function eta(told) {
    if (!told) { return ['', '']; }
    if (Date.parse(told.to) - Date.parse(app.now()) < SOON_MS) { return [say('eta.soon', { n: SAID_MINUTES }), '']; }
    return [say('kiosk.eta'), say('kiosk.eta_range', { a: app.clockOf(told.from), b: app.clockOf(told.to) })];
  }
  /* before the number is taken */
  function noteExpected(code) {
    var told = now(code).expect, says = told && told.unlikely ? [say('kiosk.unlikely'), ''] : eta(told);
    $('expected').hidden = !says[0];
    $('expected').lastChild.textContent = says.join(' ');
  }
  function pausedBecause(code) { return pause(code) ? reasonOf(pause(code).reason) : ''; }
  function pausedUntil(until) {
    if (!until) { return ''; }
    if (app.dayOf(until) === say('day.today')) { return say('kiosk.paused_until', { time: app.clockOf(until) }); }
    return say('kiosk.paused_until_day', { day: app.dayOf(until), time: app.clockOf(until) });
  }
  function paused(code, told) {
    return stop(function () {
      var now = pause(code) || told || {};
      return { icon: 'pause', title: say('kiosk.service_paused', { reason: reasonOf(now.reason) }), lines: [pausedUntil(now.until)], acts: [['others', 'kiosk.other_service'], HELP] };
    });
  }
  function notOffered(service, reason) {
    return stop(function () {
      var title = say('kiosk.not_here_because', { service: app.word(service.name), reason: app.word(service.off || reason) });
      return { icon: 'map-pin', calm: true, title: title, lines: [say('kiosk.go_there')], acts: [['others', 'kiosk.other_service'], HELP] };
    });
  }
  /* Everything stands still when each service that is offered here is paused. */
  function allPaused() {
    var offered = boot.services.filter(function (service) { return !service.off; });
    return offered.length && offered.every(function (service) { return pause(service.code); }) ? pause(offered[0].code) : null;
  }
  function closed(open) {
    var past = open.code === 'past_last_ticket', facts = open.opens_at ? { day: app.dayOf(open.opens_at), time: app.clockOf(open.opens_at) } : null;
    return {
      icon: 'clock', calm: true, title: facts ? say(past ? 'kiosk.last_ticket' : 'kiosk.closed', facts) : say('kiosk.closed_unknown'),
      lines: [open.reason ? say('book.holiday', { name: app.word(open.reason) }) : '', open.tickets_from_at ? say('kiosk.first_ticket', { time: app.clockOf(open.tickets_from_at) }) : ''],
      acts: past ? [['booking', 'kiosk.have_booking', 'qr-code']] : []  /* who booked is expected until the doors close */
    };
  }
  /* The home screen when numbers cannot be taken. */
  function stopsHere() {
    homeKind = homeKindNow();
    if (homeKind === 'offline') { return stop(function () { return { icon: 'wifi-off', title: say('kiosk.offline'), lines: [say('kiosk.reconnect')] }; }); }
    if (homeKind.indexOf('paused') === 0) {
      return stop(function () { return { icon: 'pause', title: say('disp.outage_all', { reason: reasonOf(allPaused().reason) }), lines: [pausedUntil(allPaused().until)] }; });
    }
    return homeKind ? stop(function () { return closed(status.open); }) : null;
  }

  /* taking the number */
  function uuid() {
    var bytes = new Uint8Array(16), text = '', i;
    window.crypto.getRandomValues(bytes);
    bytes[6] = bytes[6] % 16 + 64;
    bytes[8] = bytes[8] % 64 + 128;
    for (i = 0; i < 16; i += 1) { text += (i > 3 && i < 11 && i % 2 === 0 ? '-' : '') + (bytes[i] + 256).toString(16).slice(1); }
    return text;
  }
  function confirm(code) { app.go('priority', { service: code, requestId: uuid() }); }

  function take(lane) {
    begin('/tickets', { service: app.state.service, lane: lane, lang: app.lang(), request_id: app.state.requestId, qr: true });
  }
  /* A booking code becomes a number in the same way; unless another language was chosen here, in that of the booking. */
  function arrive(code) {
    begin('/check-ins', { code: code, lang: app.lang() === boot.lang ? null : app.lang(), request_id: uuid(), qr: true });
  }

  function begin(path, body) {
    pending = { path: path, body: body };
    keep('pending', pending);
    app.go('making', { late: false });
    send(pending, 0, app.ticks());
  }
  /* The same request_id until an answer is had: however often it is sent, it makes one ticket. */
  function send(mine, tries, since) {
    call('POST', office + mine.path, mine.body, function (code, got) {
      if (pending !== mine) { return; }
      if (code === 0 || code >= 500 || code === 429) {
        again(mine, tries, since);
      } else if ((code === 401 || code === 403) && !mine.reloaded) {
        keep('pending', { path: mine.path, body: mine.body, reloaded: true });
        window.location.reload();
      } else {
        pending = null;
        keep('pending', null);
        answered(mine, code, got);
      }
    });
  }
  function answered(mine, code, got) {
    var had = code === 200 || code === 201;
    if (mine.path === '/check-ins') {
      app.later(function () { app.booking.answered(had, got); });
    } else if (had) { app.number.taken(got, mine.body.lang); } else { app.swap(refusal(got, mine.body.service)); }
  }
  function again(mine, tries, since) {
    if (app.ticks() - since > GIVE_UP_MS) { app.swap(notMade()); return; }
    app.state.late = true;
    app.draw();
    window.setTimeout(function () { if (pending === mine) { send(mine, tries + 1, since); } }, RETRY_MS[Math.min(tries, RETRY_MS.length - 1)]);
  }
  function resend() {
    app.swap({ step: 'making', late: true });
    send(pending, 0, app.ticks());
  }
  function notMade() {
    return stop(function () {
      return { icon: 'triangle-alert', title: say('kiosk.try_fail'), lines: [], acts: [['again', 'kiosk.retry'], ['home', 'kiosk.to_start']] };
    }, { final: true });
  }
  function refusal(got, code) {
    var full = got.code === 'service_full', words = full ? 'eta.hopeless' : 'err.generic';
    if (got.code === 'office_closed' || got.code === 'past_last_ticket') { return stop(function () { return closed({ code: got.code, opens_at: got.opens_at, tickets_from_at: got.tickets_from_at, reason: got.closure }); }, { final: true }); }
    if (got.outage) { return paused(code, { reason: got.outage, until: got.until_at }); }
    if (got.code === 'service_unavailable') { return notOffered(app.find.named(code), got.reason); }
    return stop(function () {
      var title = full && got.date ? say('kiosk.service_full', { date: app.dayOf(got.date) }) : say(words);
      return { icon: full ? 'users' : 'triangle-alert', calm: full, title: title, lines: [], acts: [['home', 'kiosk.to_start']] };
    }, { final: true });
  }
  function resume() {
    var unfinished = kept('pending', RESUME_MS);
    if (!unfinished) { return app.number.resume(); }
    pending = unfinished;
    app.speak(pending.body.lang || boot.lang);
    resend();
    return true;
  }

  app.draws.making = function (state) { $('making-hint').textContent = state.late ? say('kiosk.reconnect') : ''; };
  app.actions.priority = function () { take('priority'); };
  app.actions.regular = function () { take('regular'); };
  app.actions.again = resend;
  app.call = call;
  app.keep = keep;
  app.kept = kept;

  return {
    stopsHere: stopsHere, pausedBecause: pausedBecause, paused: paused, notOffered: notOffered, confirm: confirm, arrive: arrive, refusal: refusal, notePrinter: notePrinter, noteExpected: noteExpected, eta: eta,
    printer: printer, isDumb: isDumb, staff: staff, open: function () { return status.open; },
    waiting: function () { return status.waiting_count >= 0 ? status.waiting_count : null; },
    forget: function () {
      pending = null;
      keep('pending', null);
    },
    start: function () {
      app.setClock(status.at);
      if (!resume()) { app.home(); }
      poll();
    }
  };
};
