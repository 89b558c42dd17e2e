/* The line to the server: one board, kept true by numbered changes. Knows nothing of what is drawn. */
var BEAT_MS = 500;
var SILENCE_MS = 12000;      /* so long nothing heard: ask, before the 15 s are over that a screen may be wrong */
var POLL_MS = 3000;          /* between questions while there is no socket */
var WHOLE_BOARD_MS = 60000;  /* hours open and close without a change, so the whole board is taken now and then */
var ANSWER_MS = 4000;        /* a question without an answer is asked again */
var STALE_MS = 15000;
var LOST_MS = 4000;          /* a restart of the server is shorter than this and needs no alarm */
var CALLS_KEPT = 10;
var SOCKET = { transports: ['websocket'], reconnectionDelay: 200, reconnectionDelayMax: 1500, randomizationFactor: 0.9, timeout: 4000 };

var board = boot.board;
var have = board.v;
var seenV = have;            /* the highest v that was ever mentioned */
var behind = 0;              /* boards in a row that were older than ours */
var ahead = -Infinity;       /* of the server's time over mono() * rate, see keepTime */
var rate = boot.rate;        /* how fast the server's clock runs: a demo's runs faster */
var heardAt = mono(), boardAt = heardAt, askedAt = heardAt;
var watchedAt = null;        /* when the unanswered watch was sent */
var lostAt = null;
var failures = 0;
var etag = null;
var socket = null;

/* An `at` is never later than the moment it is read, so the largest difference is the nearest to the truth. */
function keepTime(at) {
  var read = Date.parse(at);
  if (!isNaN(read)) { ahead = Math.max(ahead, read - mono() * rate); }
}

/* The server's time in ms, now or at a moment of mono(). */
function serverTime(moment) { return ahead + (moment === undefined ? mono() : moment) * rate; }

function heard() {
  heardAt = mono();
  lostAt = null;
}

function isStale() {
  var age = mono() - heardAt;
  return age > STALE_MS || (lostAt !== null && Math.min(age, mono() - lostAt) > LOST_MS);
}

function hasSocket() { return !!socket && socket.connected; }

function isPolling() { return failures > 1 && !hasSocket(); }

function startFeed() {
  if (window.io) { connect(); } else { failures = 2; }
  setInterval(function () { keepAsking(); beat(); }, BEAT_MS);
}

function connect() {
  socket = io('/live', SOCKET);
  socket.on('connect', function () { failures = 0; watchedAt = null; watch(); });
  socket.on('disconnect', function () { lostAt = mono(); watchedAt = null; });
  socket.on('connect_error', function () {
    failures += 1;
    if (lostAt === null && !isPolling()) { lostAt = mono(); }
  });
  socket.on('change', onChange);
}

function keepAsking() {
  var now = mono(), isSilent = now - heardAt >= SILENCE_MS || now - boardAt >= WHOLE_BOARD_MS;
  if (watchedAt !== null && now - watchedAt > ANSWER_MS) { watchedAt = null; watch(); }
  if (socket && !socket.connected && !socket.active) { socket.connect(); }
  if (now - askedAt >= (isPolling() ? POLL_MS : isSilent ? ANSWER_MS : Infinity)) { poll(); }
}

function watch() {
  if (watchedAt !== null || !hasSocket()) { return; }
  watchedAt = mono();
  socket.emit('watch', { office: boot.office, since: have }, function (answer) {
    watchedAt = null;
    if (answer && answer.board) { onWatch(answer); }
  });
}

function onWatch(answer) {
  (answer.missed_complete && answer.missed || []).forEach(function (change) {
    if (change.v === have + 1) { apply(change); }
  });
  take(answer.board);
  /* a change may overtake the answer; what it said is not in there */
  if (seenV > have) { watch(); }
}

function onChange(change) {
  if (change.office !== boot.office) { return; }
  seenV = Math.max(seenV, change.v);
  if (change.v > have + 1) { watch(); }
  if (change.v !== have + 1) { return; }
  apply(change);
  heard();
  beat();
}

/* A board older than ours was overtaken on its way; twice in a row it is the truth (a backup was put back). */
function take(fresh) {
  var isAnother = fresh.day !== board.day || fresh.v < have, since = Math.min(have, fresh.v);
  if (fresh.v < have && behind < 1) { behind += 1; etag = null; watch(); return; }
  if (fresh.v < have) { seenV = fresh.v; ahead = -Infinity; }
  keepTime(fresh.at);
  behind = 0;
  board = fresh;
  have = fresh.v;
  heard();
  boardAt = heardAt;
  if (isAnother) { restage(); }
  fresh.calls.slice().reverse().forEach(function (call) {
    if (call.v > since) { addCall(call); }
  });
  beat();
}

function poll() {
  var request = new XMLHttpRequest();
  askedAt = mono();
  request.open('GET', '/api/v1/offices/' + boot.office + '/board');
  request.timeout = ANSWER_MS - 500;
  if (etag) { request.setRequestHeader('If-None-Match', etag); }
  request.onload = function () {
    if (request.status === 304) { heard(); boardAt = heardAt; }
    if (request.status === 200) { onPolled(request); }
  };
  request.send();
}

function onPolled(request) {
  var fresh;
  try { fresh = JSON.parse(request.responseText); } catch (cut) { return; }
  etag = request.getResponseHeader('ETag');
  take(fresh);
}

function apply(change) {
  var isCount = typeof change.waiting_count === 'number' && change.waiting_count !== board.waiting_count;
  have = board.v = change.v;
  keepTime(change.at);
  /* how many wait for a part of the hall stands only in a board */
  if (change.type === 'office_changed' || (isCount && part.waiting)) { boardAt = -Infinity; }
  if (isCount) { board.waiting_count = change.waiting_count; }
  board.outages = change.outages || board.outages;
  board.notices = change.notices || board.notices;
  if (change.counter_state) { setCounter(change); }
  if (change.ticket && change.state) { seat(change); }
  hall.hear(change);
  if (change.type === 'ticket_called' || change.type === 'ticket_recalled') { onCall(change); }
}

function onCall(change) {
  var call = { v: change.v, ticket: change.ticket, counter: change.counter, called_at: change.called_at || change.at,
    recall: change.recall, times: change.times };
  board.calls = [call].concat(board.calls).slice(0, CALLS_KEPT);
  addCall(call);
}

function counterOf(number) {
  return board.counters.filter(function (one) { return one.number === number; })[0];
}

function setCounter(change) {
  var counter = counterOf(change.counter);
  if (!counter) {
    counter = { number: change.counter, ticket: null };
    board.counters.push(counter);
    board.counters.sort(function (a, b) { return a.number - b.number; });
  }
  counter.state = change.counter_state;
}

/* A ticket sits at one counter while it is called or served, and at none otherwise. */
function seat(change) {
  var sits = change.state === 'called' || change.state === 'serving';
  board.counters.forEach(function (one) {
    if (sits && one.number === change.counter) {
      one.ticket = change.ticket;
      one.ticket_state = change.state;
    } else if (one.ticket === change.ticket) {
      one.ticket = one.ticket_state = null;
    }
  });
}
