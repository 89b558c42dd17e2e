/* Starts the screen of the waiting hall and keeps it alive through the night. */
var ROOT = 0.0343;           /* of the picture's short side, see display.css */
var LONG_SIDE = 1.6;         /* of the short one, at least */
var NARROW = 1.75;           /* less than 16:9 */
var NIGHT_MINUTE = 190;      /* 03.10: loaded afresh, each at a minute of its own so that not all come at once */
var NIGHT_SPREAD = 20;
var LONG_MS = 7200000;
var AGAIN_MS = 60000;
var LATER_MS = 700;

var nightMinute = NIGHT_MINUTE + Math.floor(Math.random() * NIGHT_SPREAD);
var startedAt = mono(), reloadAt = -AGAIN_MS;

function beat() {
  if (!isStale() && step()) {
    $('live').textContent = spoken(current);
    hall.announce(current);
  }
  hall.beat();
  draw();
  reloadAtNight();
}

/* All sizes hang on the height of the picture, or on its width where that is the scarcer. */
function measure() {
  var wide = window.innerWidth, high = window.innerHeight, isTall = high > wide, html = doc.documentElement;
  html.className = isTall ? 'tall' : wide < NARROW * high ? 'narrow' : '';
  html.style.fontSize = ROOT * (isTall ? Math.min(wide, high / LONG_SIDE) : Math.min(high, wide / LONG_SIDE)) + 'px';
  fitOffice();
  drawn = {};
  beat();
}

/* A name that would become too small to read takes the line above it as well. */
function fitOffice() {
  var office = $('office'), agency = $('agency'), top = office.parentNode.parentNode.parentNode;
  top.className = 'top';
  agency.textContent = boot.agency = boot.agency || agency.textContent;
  if (fit(agency) < 1) {
    agency.textContent = agency.getAttribute('data-short');
    fit(agency);
  }
  if (fit(office) < 0.7) {
    top.className = 'top top--long';
    office.style.fontSize = '';
  }
}

/* Only when the server answers: a screen must never end on the browser's own error page. */
function reload() {
  var request = new XMLHttpRequest();
  if (mono() - reloadAt < AGAIN_MS) { return; }
  reloadAt = mono();
  request.open('GET', location.href);
  request.onload = function () { if (request.status === 200) { location.reload(); } };
  request.send();
}

function reloadAtNight() {
  var now = local(serverTime()), minute = now.getUTCHours() * 60 + now.getUTCMinutes();
  if (minute >= nightMinute && minute < nightMinute + 60 && mono() - startedAt > LONG_MS) { reload(); }
}

/* Voice, pictures, reports: when the first picture stands. */
function loadLater() {
  var script = doc.createElement('script');
  script.src = boot.later;
  script.onerror = function () { setTimeout(loadLater, AGAIN_MS / 2); };
  doc.body.appendChild(script);
}

/* Everything is drawn anew with the next beat. */
function redraw() { drawn = {}; }

/* What later/ works with. */
[$, mono, say, serverTime, isStale, hasSocket, isCalling, isHot, isAwaited, age, clockWords, el, plate, redraw, fitOffice, reload].forEach(
  function (one) { hall[one.name] = one; });
hall.boot = boot;
hall.board = function () { return board; };
hall.queued = function () { return queue.length; };
hall.socket = function () { return socket; };
hall.askBoard = function () { boardAt = -Infinity; };
window.hall = hall;

window.addEventListener('error', function () { setTimeout(reload, AGAIN_MS / 2); });
window.addEventListener('resize', measure);
window.addEventListener('load', function () { setTimeout(loadLater, LATER_MS); });
keepTime(boot.now);
restage();
measure();
if (doc.fonts && doc.fonts.ready) { doc.fonts.ready.then(measure); }
startFeed();
