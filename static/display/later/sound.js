/* The chime and the voice, and the truth about them: a screen that cannot be heard must say so.
   Two players take turns, so that the next clip is loaded when one ends; nothing is ever said over something else. */
var CHIME_MS = 1150;         /* the second bell has been struck: the voice may begin */
var PAUSE_MS = 250;          /* between two sentences */
var AGAIN_MS = 1000;         /* before everything is said once more */
var CLIP_MS = 8000;          /* no clip is as long: a player that is silent for so long has failed */
var RETRY_MS = 30000;
var STILL_TRUE_MS = 120000;  /* a call found after a lost line is said if it is not older, and its counter still waits */
var FRESH_MS = 2000;         /* a call whose person came at once is said all the same, but not later */
var LAST_CALL = 3;           /* called so often: the next step is to skip the number */
var TEST = { label: 'A012', counter: 1 };

var more = null;             /* what the server sent: display/more.py */
var chime = null, players = [];
var isReady = {};            /* address of a clip -> it is here */
var state = 'unknown';       /* of the chime: unknown, on, blocked (the browser wants a key pressed first), broken */
var stateAt = 0, brokenAt = 0;
var isFetching = false, fetchAt = -Infinity;
var talk = null;             /* what is being said: list of addresses and pauses, where it stands */
var asides = [];             /* what else is to be said when no call is: {sentence, facts, at} */

/* Finds out at once, in silence, and not at the first call. Any key or touch frees a blocked sound, and is answered by a test. */
function prepareSound() {
  if (more.sound.mode === 'silent') { return setState('silent'); }
  chime = new Audio(more.sound.chime);
  chime.addEventListener('error', function () { setState('broken'); });
  players = [player(), player()];
  ring(0);
  ['keydown', 'click', 'touchend'].forEach(function (name) {
    doc.addEventListener(name, function () {
      if (state !== 'on') { ring(1); speak([lines('test', TEST)], 'test'); }
    });
  });
}

function player() {
  var one = new Audio();
  one.preload = 'auto';
  one.addEventListener('ended', function () { if (talk && talk.player === one) { next(talk); } });
  one.addEventListener('error', function () { if (talk && talk.player === one) { setState('broken'); } });
  return one;
}

function ring(volume) {
  if (state === 'broken') { chime.load(); } else if (chime.readyState > 0) { chime.currentTime = 0; }
  chime.volume = volume;
  attempt(chime, function () { setState('on'); });
}

function attempt(one, then) {
  var played = one.play();
  if (played && played.then) { played.then(then, refused); }
}

function refused(error) {
  if (error.name !== 'AbortError') { setState(error.name === 'NotAllowedError' ? 'blocked' : 'broken'); }
}

function setState(found) {
  if (found !== 'on') { stopTalk(); }
  if (found === 'broken') { brokenAt = mono(); }
  if (found !== state) { stateAt = hall.serverTime(); }
  state = found;
  hall.sound = state;
}

/* ---- clips ---- */

/* Fetched one after another, so that no call waits for one; a sentence of which a clip is missing is not begun. */
function fetchClips() {
  var left = clipAddresses().filter(function (url) { return !isReady[url]; });
  if (isFetching || !left.length || mono() - fetchAt < RETRY_MS) { return; }
  isFetching = true;
  fetchAt = mono();
  (function fetchNext() {
    var url = left.shift(), request = new XMLHttpRequest();
    if (!url) { isFetching = false; return; }
    request.open('GET', url);
    request.timeout = CLIP_MS;
    request.responseType = 'arraybuffer';
    request.onloadend = function () {
      if (request.status === 200) { isReady[url] = true; }
      fetchNext();
    };
    request.send();
  }());
}

function clipAddresses() {
  var all = [];
  Object.keys(more.speech).forEach(function (lang) {
    var clips = more.speech[lang].clips;
    Object.keys(clips).forEach(function (name) { all.push(clips[name]); });
  });
  return all;
}

function hasVoice() { return clipAddresses().every(function (url) { return isReady[url]; }); }

/* For the office's health: the chime alone is not all that this screen was to say. */
function soundWord() {
  return state === 'on' && more.sound.mode === 'voice' && !isFetching && !hasVoice() ? 'no_voice' : state;
}

/* ---- saying ---- */

/* One sentence in every language of this screen: addresses and pauses. */
function lines(sentence, facts) {
  var list = [];
  Object.keys(more.speech).forEach(function (lang) {
    var book = more.speech[lang];
    clipsOf(book, sentence, facts, more.sound.whole).forEach(function (clip) { list.push(book.clips[clip] || clip); });
    list.push(PAUSE);
  });
  return list.slice(0, -1);
}

function sentenceOf(call) {
  var wasMoved = moved[call.ticket];
  delete moved[call.ticket];
  if (call.times >= LAST_CALL) { return 'last'; }
  return call.recall ? 'recall' : wasMoved ? 'transfer' : 'call';
}

/* The person may have come while other calls were said, or long before this screen heard of it. */
function isWorthSaying(call) { return hall.age(call) <= (hall.isAwaited(call) ? STILL_TRUE_MS : FRESH_MS); }

function announce(call) {
  var line;
  if (!chime || !isWorthSaying(call)) { return; }
  stopTalk();
  ring(1);
  line = lines(sentenceOf(call), { label: call.ticket, counter: call.counter });
  speak(more.sound.twice ? [line, line] : [line], 'call');
}

/* Something that is no call: only while no call wants to be said. */
function sayAside() {
  var aside = asides[0];
  if (!aside || talk || hall.queued() || hall.isCalling() || !chime || state !== 'on') { return; }
  asides.shift();
  if (mono() - aside.at > STILL_TRUE_MS) { return; }
  ring(1);
  speak([lines(aside.sentence, aside.facts)], 'aside');
}

function addAside(sentence, facts) { asides = asides.slice(-2).concat([{ sentence: sentence, facts: facts || {}, at: mono() }]); }

/* After the chime; what is said twice is said once while others wait to be called. */
function speak(times, kind) {
  var list = [];
  times.forEach(function (line, n) { list = list.concat(n ? [AGAIN] : [], line); });
  if (!list.length || !list.every(function (item) { return item === PAUSE || item === AGAIN || isReady[item]; })) { return; }
  talk = { list: list, at: -1, kind: kind, player: null, turn: 0, giveUpAt: mono() + CLIP_MS };
  duck(true);
  cue(players[0], list[0]);
  inTime(talk, CHIME_MS);
}

function inTime(mine, ms) { setTimeout(function () { next(mine); }, ms); }

function next(mine) {
  var item;
  if (mine !== talk) { return; }
  talk.at += 1;
  item = talk.list[talk.at];
  if (!item || (item === AGAIN && hall.queued())) { stopTalk(); return; }
  talk.giveUpAt = mono() + CLIP_MS;
  if (item === PAUSE || item === AGAIN) { talk.player = null; inTime(talk, item === PAUSE ? PAUSE_MS : AGAIN_MS); return; }
  talk.player = players[talk.turn % 2];
  talk.turn += 1;
  cue(talk.player, item);
  attempt(talk.player, nothing);
  cueFollowing();
}

function cueFollowing() {
  var rest = talk.list.slice(talk.at + 1).filter(function (item) { return item !== PAUSE && item !== AGAIN; });
  if (rest.length) { cue(players[talk.turn % 2], rest[0]); }
}

function cue(one, url) {
  if (one.cued === url) { one.currentTime = 0; return; }
  one.cued = url;
  one.src = url;
}

function stopTalk() {
  if (!talk) { return; }
  talk = null;
  players.forEach(function (one) { one.pause(); });
  duck(false);
}

function beatSound() {
  if (!chime) { return; }
  if (talk && mono() > talk.giveUpAt) { setState('broken'); }
  if (state === 'broken' && mono() - brokenAt > RETRY_MS) { brokenAt = mono(); ring(0); }
  fetchClips();
  sayAside();
}
