/* The calls, one after the other: a burst is shown piece by piece and none is lost. */
var SHOWN_MS = 4000;         /* the shortest a call stands alone in a burst */
var HOT_MS = 10000;          /* a new call is amber this long */
var TOLD_LATE_MS = 60000;    /* found after a lost line, an older call is announced only if its counter still waits */
var QUEUE_KEPT = 24;

/* What the second script (later/) adds when it has come; `sound` is what the foot says of it. */
var hall = { sound: 'unknown', beat: nothing, hear: nothing, announce: nothing, isBusy: nothing };
var part = boot.screen;      /* of the hall: its counters, letters, whose waiting people; what is not there is everything */
var current, queue, shownAt; /* the call in the large place; those that wait for it; label -> when it got there */

function nothing() {}

function isMine(call) {
  return (!part.counters || part.counters.indexOf(call.counter) >= 0) && (!part.letters || part.letters.indexOf(call.ticket.charAt(0)) >= 0);
}

/* At the start, on a new day, and when the server's past is another. */
function restage() {
  current = null;
  queue = [];
  shownAt = {};
  board.calls.filter(isMine).slice(0, 1).forEach(setStill);
}

function put(call, moment) {
  current = call;
  shownAt[call.ticket] = moment;
}

/* Into the large place without being announced: what was called before the screen was on, or too long ago. */
function setStill(call) {
  if (!current || current.v < call.v) { put(call, mono() - age(call)); }
}

/* Milliseconds of our own clock since it was called. */
function age(call) { return Math.max(0, serverTime() - Date.parse(call.called_at)) / rate; }

/* Called and not yet come: the counter still waits for this number. */
function isAwaited(call) {
  var counter = counterOf(call.counter);
  return !!counter && counter.ticket === call.ticket && counter.ticket_state === 'called';
}

function addCall(call) {
  if (!isMine(call)) { return; }
  queue = queue.filter(function (other) { return other.ticket !== call.ticket; }).slice(-QUEUE_KEPT);
  /* a clock that runs fast brings more calls than there is time to show: who has come is passed over */
  call.isLate = rate > 1 || age(call) > TOLD_LATE_MS;
  queue.push(call);
}

function isQueued(ticket) {
  return queue.some(function (call) { return call.ticket === ticket; });
}

function isHot(ticket) { return isQueued(ticket) || mono() - shownAt[ticket] < HOT_MS; }

/* Puts the next call into the large place; answers whether it is to be announced. */
function step() {
  Object.keys(shownAt).forEach(function (ticket) {
    if (mono() - shownAt[ticket] > 2 * HOT_MS) { delete shownAt[ticket]; }
  });
  while (queue.length && queue[0].isLate && !isAwaited(queue[0])) { setStill(queue.shift()); }
  if (!queue.length || hall.isBusy() || (current && mono() - shownAt[current.ticket] < SHOWN_MS)) { return false; }
  put(queue.shift(), mono());
  return true;
}
