/* Starts what comes after the first picture, and tells the office how this screen is. */
var TELL_MS = 20000;
var MORE_MS = 600000;        /* the office's folder may have other files by then */
var UNSURE_MS = 10000;       /* a browser that has not said by then whether it plays will not say it */
var YOUNG_MS = 60000;        /* a screen just loaded is not loaded again */

var told = '', toldAt = -Infinity, moreAt = -Infinity, bornAt = mono(), bornTime = hall.serverTime();
var moved = {};              /* tickets sent on to another counter, until they are called there */

function takeMore() {
  var request = new XMLHttpRequest();
  moreAt = mono();
  request.open('GET', '/display/' + hall.boot.office + '/more');
  request.onload = function () {
    var fresh;
    try { fresh = JSON.parse(request.responseText); } catch (cut) { return; }
    start(fresh);
  };
  request.send();
}

function start(fresh) {
  var isFirst = !more;
  more = fresh;
  if (JSON.stringify(slides.filter(isFile).map(bare)) !== JSON.stringify(fresh.files.map(bare))) {
    slides = OWN_SLIDES.concat(fresh.files);
    slideAt = -1;
  }
  if (isFirst) { tongueAt = mono(); prepareSound(); }
}

function isFile(slide) { return !!slide.url; }

function bare(slide) { return slide.url; }

function beat() {
  if (mono() - moreAt > (more ? MORE_MS : RETRY_MS)) { takeMore(); }
  if (!more) { return; }
  beatSound();
  beatHours();
  beatSide();
  beatTongues();
  tell();
}

function hear(change) {
  if (change.type === 'ticket_transferred' && change.to_counter) { moved[change.ticket] = true; }
  noteGone(change);
}

function instantOf(ms) { return new Date(ms).toISOString(); }

/* By the socket, or in a request of its own where no socket gets through. The answer names the version it should be. */
function tell() {
  var said = { sound: soundWord(), sound_since: instantOf(stateAt || bornTime), version: hall.boot.version,
    layout: doc.documentElement.className || 'wide' };
  var key = JSON.stringify(said) + (hall.hasSocket() ? hall.socket().id : '');
  if (hall.isStale() || (key === told && mono() - toldAt < TELL_MS)) { return; }
  if (said.sound === 'unknown' && mono() - bornAt < UNSURE_MS) { return; }
  if (!hall.hasSocket() && mono() - toldAt < TELL_MS) { return; }
  told = key;
  toldAt = mono();
  if (hall.hasSocket()) { hall.socket().emit('say', said, onTold); } else { post(said); }
}

function post(said) {
  var request = new XMLHttpRequest();
  request.open('POST', '/display/' + hall.boot.office + '/say');
  request.setRequestHeader('Content-Type', 'application/json');
  request.onload = function () {
    var answer;
    try { answer = JSON.parse(request.responseText); } catch (cut) { return; }
    onTold(answer);
  };
  request.send(JSON.stringify(said));
}

/* New scripts or other settings: loaded afresh when nobody is being called. */
function onTold(answer) {
  if (answer && answer.version && answer.version !== hall.boot.version && mono() - bornAt > YOUNG_MS && !hall.isCalling()) { hall.reload(); }
}

hall.beat = beat;
hall.hear = hear;
hall.announce = function (call) { if (more) { announce(call); } };
hall.isBusy = function () { return !!talk && talk.kind === 'call'; };
hall.hasVoice = function () { return !!more && hasVoice(); };
