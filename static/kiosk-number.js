/* The number in the person's hand: the plate, its QR, what became of the slip, and a slip held under the scanner. ES5. */
window.Giliran = window.Giliran || {};
window.Giliran.number = function (app) {
  'use strict';
  var SLIP_MS = 1000, SLIP_LATE_MS = 5000, SLIP_HURRY_MS = 20000, SHOWN_MS = 600000;
  var SCAN_GAP_MS = 100, SCAN_LEAST = 6;
  var boot = app.boot, $ = app.$, say = app.say;
  var answer = null, slip = null, slipTimer = null, takenAt = 0, troubledAt = 0;
  var scan = { text: '', at: 0, before: '' };

  function show(got) {
    answer = got;
    slip = got.slip ? got.slip.state : null;
    takenAt = app.ticks();
    app.swap({ step: 'number' });
    app.live(spoken());
    if (slip) { watchSlip(); }
  }
  function taken(got, lang) {
    app.keep('shown', { got: got, lang: lang });
    show(got);
  }
  /* after a reload the number comes back to the one who still stands there */
  function resume() {
    var shown = app.kept('shown', SHOWN_MS);
    if (shown) {
      app.speak(shown.lang);
      show(shown.got);
    }
    return shown;
  }

  function labelWords() {
    return say('a11y.number', { letter: answer.label.slice(0, 1), digits: answer.label.slice(1).split('').join(' ') }) + '. ';
  }
  function aheadWords() {
    if (!(answer.ahead >= 0) || answer.ahead === null) { return ['', '']; }
    return answer.ahead ? [say('kiosk.ahead'), say('kiosk.ahead_n', { n: answer.ahead })] : [say('kiosk.ahead_none'), ''];
  }
  function spoken() { return labelWords() + aheadWords().join(' '); }

  function plate() {
    var letter = answer.label.slice(0, 1), node = app.el('span', 'plate L-' + letter + (answer.label.length > 4 ? ' plate--long' : ''));
    var stub = app.el('span', 'plate__stub');
    node.setAttribute('role', 'img');
    node.setAttribute('aria-label', labelWords() + say('a11y.picture', { name: say('picture.' + (boot.pictures[letter] ? letter : 'Z')) }));
    stub.appendChild(app.find.picture(letter));
    node.appendChild(stub);
    node.appendChild(app.el('span', 'plate__no', answer.label));
    return node;
  }

  function qr(code) {
    var ns = 'http://www.w3.org/2000/svg', node = document.createElementNS(ns, 'svg');
    ['M0 0h' + code.size + 'v' + code.size + 'H0z', code.path].forEach(function (d, i) {
      var path = document.createElementNS(ns, 'path');
      path.setAttribute('class', i ? 'qr__dots' : 'qr__ground');
      path.setAttribute('d', d);
      node.appendChild(path);
    });
    node.setAttribute('class', 'qr');
    node.setAttribute('viewBox', '0 0 ' + code.size + ' ' + code.size);
    node.setAttribute('shape-rendering', 'crispEdges');
    node.setAttribute('role', 'img');
    node.setAttribute('aria-label', say('a11y.qr', { number: answer.label }));
    return node;
  }

  function line(id, text, strong) {
    app.fill($(id), text ? app.el('span', '', text + ' ') : null, strong ? app.el('b', '', strong) : null).hidden = !text && !strong;
  }

  app.draws.number = function () {
    var ahead = aheadWords(), eta = app.line.eta(answer.expect), service = app.find.named(answer.service);
    app.fill($('plate'), plate());
    app.whole($('num-service'), app.word(service ? service.name : answer.service_name));
    $('num-lane').lastChild.textContent = answer.note ? app.word(answer.note) : say('kiosk.priority_ok');
    $('num-lane').hidden = !answer.note && answer.lane !== 'priority';
    line('num-ahead', ahead[0], ahead[1]);
    line('num-expect', eta[0], eta[1]);
    $('track').hidden = !answer.qr;
    if (answer.qr) { app.fill($('qr'), qr(answer.qr)); }
    drawSlip();
  };

  /* What is true of the paper: [words, trouble, small words]. Trouble is whatever leaves the screen as the only paper. */
  function slipWords() {
    var printer = app.line.printer();
    if (slip === 'printed') { return ['kiosk.take_slip', false]; }
    if (slip === 'sent') { return ['kiosk.take_slip', false, 'kiosk.print_unsure']; }
    if (slip === 'unsure') { return ['kiosk.print_unsure', true]; }
    if (printer === 'paper_out') { return ['kiosk.no_paper', true]; }
    if (slip === 'failed' || slip === 'dropped' || app.line.isDumb()) {
      return ['kiosk.print_failed', true];
    }
    return app.ticks() - takenAt > SLIP_HURRY_MS ? ['kiosk.print_unsure', true] : ['kiosk.printing', false];
  }
  /* Without a slip (a scanned number) the box says where the number stands. */
  function boxWords() {
    if (slip) { return slipWords(); }
    if (answer.counter) { return [say('disp.go') + ' ' + say('disp.counter', { n: answer.counter }), false]; }
    return ['state.' + answer.state, false];
  }
  function drawSlip() {
    var words = boxWords(), text = say(words[0], { number: answer.label }), box = $('slip');
    $('reprint').hidden = !(slip === 'failed' || slip === 'unsure') || app.line.printer() !== 'ok';
    if (box.textContent === text) { return; }
    app.fill(box, app.shape('i', words[1] ? 'i-triangle-alert' : slip ? 'i-printer' : 'i-ticket'), app.el('span', '', text));
    if (words[2]) { box.lastChild.appendChild(app.el('small', '', say(words[2], { number: answer.label }))); }
    box.className = 'slip' + (words[1] ? ' slip--bad' : '');
    /* whatever has become of the paper, the person gets the time to read it */
    app.stay();
    troubledAt = words[1] ? app.ticks() : 0;
    app.live(text);
    app.fit();
  }

  function watchSlip() {
    window.clearTimeout(slipTimer);
    slipTimer = window.setTimeout(function () {
      var mine = answer;
      app.call('GET', '/slips/' + mine.slip.id, null, function (code, got) {
        if (answer !== mine) { return; }
        if (code === 200) { slip = got.state; }
        drawSlip();
        if (slip !== 'printed' && slip !== 'sent' && slip !== 'dropped') { watchSlip(); }
      });
    }, app.ticks() - takenAt < SLIP_HURRY_MS ? SLIP_MS : SLIP_LATE_MS);
  }
  app.actions.reprint = function () {
    var mine = answer;
    app.call('POST', '/slips/' + mine.slip.id + '/reprint', {}, function (code, got) {
      if (answer !== mine || (code !== 200 && code !== 201)) { return; }
      slip = got.state;
      takenAt = app.ticks();
      drawSlip();
      watchSlip();
    });
  };
  app.actions.done = function () { app.home(); };
  app.actions.booking = function () { app.later(function () { app.go('booking', { query: '' }); }); };

  /* The key out of a slip's QR, or a booking's code, whatever a scanner's keyboard layout made of the signs around it. */
  function keyIn(text) {
    var found = /(?:^|\W)t\W([A-Za-z0-9_-]{8,})\W*$/.exec(text) || /^([A-Za-z0-9_-]{16,})$/.exec(text);
    return found && found[1];
  }
  function codeIn(text) {
    var found = /(?:^|\Wb\W)([2-9A-HJ-NP-Z]{9})\W*$/i.exec(text);
    return found && found[1].toUpperCase();
  }
  function scanned(text) {
    var key = keyIn(text), code = codeIn(text);
    app.stay();
    if (app.state.step === 'making') { return; }
    if (code) { app.later(function () { app.line.arrive(code); }); } else if (key) { open(key); } else { unread('kiosk.scan_other'); }
  }
  /* A number that was given before, as it stands now; `note`: a pair of words above it. */
  function open(key, note) {
    app.call('GET', '/tickets/' + key, null, function (code, got) {
      if (code !== 200) { unread(code === 404 ? 'err.unknown_ticket' : 'err.generic'); return; }
      answer = got;
      answer.note = note;
      slip = null;
      if (app.state.step === 'making') { app.swap({ step: 'number' }); } else { app.go('number'); }
      app.live(spoken() + ' ' + $('slip').textContent);
    });
  }
  function unread(key) {
    app.go('stop', app.stop(function () { return { icon: 'qr-code', calm: true, title: say(key), lines: [], acts: [['home', 'kiosk.to_start']] }; }));
  }

  /* A scanner is a keyboard that types a few milliseconds a key and ends with Enter, whatever has the focus. */
  document.addEventListener('keydown', function (event) {
    var at = event.timeStamp, fast = at - scan.at < SCAN_GAP_MS;
    if ((event.key === 'Enter' || event.key === 'Tab') && fast && scan.text.length >= SCAN_LEAST) {
      event.preventDefault();
      event.stopPropagation();
      if (app.types[app.state.step]) { app.state.query = scan.before; }
      scanned(scan.text);
      scan.text = '';
    } else if (event.key.length === 1) {
      if (!fast) { scan.before = app.state.query; }
      scan.text = (fast ? scan.text : '') + event.key;
      scan.at = at;
    }
  }, true);

  return {
    show: show, taken: taken, resume: resume, open: open, scanned: scanned,
    drawSlip: drawSlip,
    /* since when the screen is the only paper; 0: it is not */
    troubledAt: function () { return slip ? troubledAt : 0; },
    forget: function () {
      answer = slip = null;
      window.clearTimeout(slipTimer);
      app.keep('shown', null);
      app.fill($('slip'));
    }
  };
};
