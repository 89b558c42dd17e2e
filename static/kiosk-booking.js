/* Arriving with a booking at the kiosk: the code by keys or camera, and what becomes of it. ES5. Fetched when it is needed:
   `words` are the texts that only this needs, a pair [id, en] each. A scanner is heard everywhere, see kiosk-number.js. */
window.Giliran.booking = function (app) {
  'use strict';
  var SIGNS = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ', LENGTH = 9;
  var LOOK_MS = 200, HARD_MS = 12000, FRAME = 640;
  var words = window.Giliran.bookingWords, $ = app.$, el = app.el, say = app.say;
  var ICONS = { too_early: 'clock', too_late: 'clock', wrong_office: 'map-pin', unknown_code: 'circle-question-mark' };
  var eye = null, isOpening = false, name;

  for (name in words) { app.boot.words[name] = words[name]; }

  function button(className, action, key, symbol) {
    var node = el('button', className), text = el('span', '', say(key));
    node.type = 'button';
    node.setAttribute('data-do', action);
    text.setAttribute('data-t', key);
    node.appendChild(app.shape('i', symbol));
    node.appendChild(text);
    return node;
  }
  function key(sign) {
    var node = el('button', 'key', sign === 'delete' ? undefined : sign);
    node.type = 'button';
    node.setAttribute('data-key', sign);
    if (sign === 'delete') {
      node.setAttribute('data-label', 'kiosk.key_delete');
      node.appendChild(app.shape('i', 'i-delete'));
    }
    return node;
  }
  function told(tag, className, text) {
    var node = el(tag, className, say(text));
    node.setAttribute('data-t', text);
    return node;
  }
  function build() {
    var part = el('section', 'page arrive'), ask = el('div', 'ask'), keys = el('div', 'signs'), acts = el('div', 'acts acts--pair');
    part.setAttribute('data-in', 'booking');
    ask.appendChild(told('h1', '', 'kiosk.type_code')).tabIndex = -1;
    ask.appendChild(told('p', 'hint soft', 'kiosk.scan_code')).id = 'arrive-hint';
    keys.setAttribute('role', 'group');
    keys.setAttribute('data-label', 'kiosk.keyboard');
    SIGNS.split('').concat('delete').forEach(function (sign) { keys.appendChild(key(sign)); });
    acts.appendChild(button('btn btn--big btn--main', 'check', 'book.check_in', 'i-check'));
    acts.appendChild(button('btn btn--big', 'camera', 'kiosk.camera', 'i-qr-code')).hidden = true;
    [ask, el('p', 'code'), el('div', 'fill'), keys, el('div', 'eye'), acts].forEach(function (node) { part.appendChild(node); });
    $('main').appendChild(part);
    app.speak(app.lang());
    return part;
  }
  function within(selector) { return part.querySelector(selector); }
  var part = build();

  /* PFQ 7PN HJS: in threes, as it is read aloud */
  app.draws.booking = function (state) {
    var code = within('.code'), i;
    app.fill(code);
    for (i = 0; i < LENGTH; i += 1) { code.appendChild(el('span', i < state.query.length ? '' : 'code__gap', state.query[i] || '\u00a0')); }
    within('[data-do="check"]').disabled = state.query.length < LENGTH;
    within('.signs').hidden = code.hidden = !!eye;
    within('.eye').hidden = !eye;
    within('[data-do="check"]').hidden = !!eye;
    within('[data-do="camera"] span').textContent = say(eye ? 'kiosk.type_code' : 'kiosk.camera');
    within('h1').textContent = say(eye ? 'kiosk.camera_hint' : 'kiosk.type_code');
    $('arrive-hint').textContent = state.said ? say(state.said) : eye ? '' : say('kiosk.scan_code');
  };
  app.types.booking = function (sign) {
    var code = app.state.query, shown = sign.toUpperCase();
    if (sign === 'delete') { app.state.query = code.slice(0, -1); }
    if (SIGNS.indexOf(shown) >= 0 && code.length < LENGTH) { app.state.query += shown; }
    if (code !== app.state.query) { app.live(app.state.query.split('').join(' ')); }
    app.draw();
  };
  app.actions.check = function () { app.line.arrive(app.state.query); };
  part.addEventListener('keydown', function (event) {
    if (event.key === 'Enter' && event.target.tagName !== 'BUTTON' && app.state.query.length === LENGTH) { app.actions.check(); }
  });

  /* what the office says */
  function note(ticket) {
    var late = Math.round((Date.parse(app.now()) - Date.parse(ticket.slot)) / 60000);
    return words[ticket.again ? 'kiosk.already_in' : ticket.late ? 'kiosk.checked_late' : 'kiosk.checked_in'].map(function (text) { return text.replace('{n}', late); });
  }
  function refused(got) {
    var service = got.service && app.find.named(got.service), again = got.code === 'unknown_code', acts = [['home', 'kiosk.to_start']];
    if (got.code === 'office_closed') { return app.line.refusal(got); }
    if (again) { acts.unshift(['booking', 'kiosk.type_again', 'pencil']); }
    if (service && !service.off) { acts.unshift(['ordinary', 'book.ordinary', 'ticket']); }
    return app.stop(function () {
      return { icon: ICONS[got.code] || 'triangle-alert', calm: true, title: app.word(got.text) || say('err.generic'), lines: [], acts: acts };
    }, { service: got.service, final: true });
  }
  app.actions.ordinary = function () { app.find.choose(app.state.service); };

  /* the camera: only where the browser has one to give */
  function mayLook() { return window.isSecureContext && navigator.mediaDevices && navigator.mediaDevices.getUserMedia; }
  function close(said) {
    if (!eye) { return; }
    eye.stream.getTracks().forEach(function (track) { track.stop(); });
    if (eye.worker) { eye.worker.terminate(); }
    window.clearInterval(eye.timer);
    eye = null;
    app.fill(within('.eye'));
    if (app.state.step === 'booking') {
      app.state.said = said;
      app.draw();
    }
  }
  function blind() {
    isOpening = false;
    close();
    if (app.state.step === 'booking') {
      app.state.said = 'kiosk.scan_off';
      app.draw();
      app.live(say('kiosk.scan_off'));
    }
  }
  function read(text) {
    if (!eye) { return; }
    eye.busy = false;
    if (text) {
      close();
      app.number.scanned(text);
    } else if (app.ticks() - eye.since > HARD_MS) {
      app.state.said = 'kiosk.scan_fail';
      app.draw();
    }
  }
  /* The browser's own reader, else ours in a thread of its own: give it a picture, get the text or ''. */
  function reader() {
    var detector = null, canvas = document.createElement('canvas');
    if (window.BarcodeDetector) { detector = new window.BarcodeDetector({ formats: ['qr_code'] }); }
    if (!detector) {
      eye.worker = new Worker('/static/kiosk-eye.js');
      eye.worker.onmessage = function (event) { read(event.data); };
      eye.worker.onerror = blind;
    }
    return function (video) {
      if (detector) {
        detector.detect(video).then(function (found) { read(found.length ? found[0].rawValue : ''); }, blind);
        return;
      }
      canvas.width = FRAME;
      canvas.height = Math.round(FRAME * video.videoHeight / video.videoWidth);
      canvas.getContext('2d').drawImage(video, 0, 0, canvas.width, canvas.height);
      eye.worker.postMessage(canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height));
    };
  }
  function look(stream) {
    var video = el('video'), ask;
    isOpening = false;
    eye = { stream: stream, busy: false, since: app.ticks() };
    ask = reader();
    video.setAttribute('playsinline', '');
    video.muted = true;
    video.srcObject = stream;
    video.play();
    app.fill(within('.eye'), video);
    eye.timer = window.setInterval(function () {
      if (app.state.step !== 'booking') { close(); return; }
      if (eye.busy || !video.videoWidth) { return; }
      eye.busy = true;
      ask(video);
    }, LOOK_MS);
    app.state.said = null;
    app.draw();
  }
  app.actions.camera = function () {
    if (eye) {
      close();
    } else if (!isOpening) {
      isOpening = true;  /* a camera takes a second to open: pressed again meanwhile, a second one would stay on for good */
      navigator.mediaDevices.getUserMedia({ video: { width: { ideal: 1280 } } }).then(look, blind);
    }
  };
  if (mayLook()) {
    navigator.mediaDevices.enumerateDevices().then(function (found) {
      within('[data-do="camera"]').hidden = !found.some(function (device) { return device.kind === 'videoinput'; });
      if (app.state.step === 'booking') { app.draw(); }
    });
  }

  return {
    answered: function (had, got) {
      if (had) { app.speak(got.lang); }
      if (had && got.again) {
        app.number.open(got.key, note(got));
      } else if (had) {
        got.note = note(got);
        app.number.taken(got, got.lang);
      } else { app.swap(refused(got)); }
    }
  };
};
