/* Beside the last number, while nobody is called: who may expect to be called when, the office's pictures and videos. */
var PICTURE_MS = 12000;
var VIDEO_MS = 300000;       /* a longer film is cut: others want to be seen too */
var NEXT_SHOWN = 4, NEXT_SHOWN_TALL = 3;
var ASK_MS = 20000;          /* so old may the expected times be */
var OWN_SLIDES = [{ kind: 'next' }, { kind: 'row' }];
var VIDEO_LOUD = 0.4, DUCKED = 0.06;

var slides = OWN_SLIDES;     /* {kind: next | picture | video | row (of an upright screen, whose place the panel takes), url} */
var slideAt = -1, slideUntil = 0, askedAt = 0, gone = {}, goneOf = null, video = null;
var isShown = false;

function beatSide() {
  var wanted = !hall.isStale() && !hall.isCalling() && state !== 'blocked' && hasSlides();
  if (wanted && mono() - askedAt > ASK_MS) { askedAt = mono(); hall.askBoard(); }
  if (wanted !== isShown) { showSide(wanted); }
  if (isShown && mono() > slideUntil) { turn(); }
  if (isShown && slides[slideAt] && slides[slideAt].kind === 'next') { drawNext(); }
}

/* Nothing but a slide that is there: no folder, no forecast, no panel. */
function hasSlides() { return slides.some(function (slide) { return slide.kind !== 'row' && isUsable(slide); }); }

function isTall() { return doc.documentElement.className === 'tall'; }

function isUsable(slide) {
  if (slide.kind === 'row') { return isTall(); }
  return slide.kind === 'next' ? expected().length > 0 : !slide.isBad;
}

function showSide(wanted) {
  isShown = wanted;
  slideUntil = 0;
  if (!wanted) { clear(); openPanel(false); }
}

function openPanel(isOpen) {
  if ($('side').hidden === !isOpen) { return; }
  $('side').hidden = !isOpen;
  doc.body.className = isOpen ? 'beside' : '';
  hall.redraw();
}

function clear() {
  if (video) { video.pause(); video.removeAttribute('src'); video.load(); }
  video = null;
  while ($('side').firstChild) { $('side').removeChild($('side').firstChild); }
}

function turn() {
  var tries = slides.length, slide;
  do { slideAt = (slideAt + 1) % slides.length; tries -= 1; } while (tries > 0 && !isUsable(slides[slideAt]));
  slide = slides[slideAt];
  slideUntil = mono() + (slide.kind === 'video' ? VIDEO_MS : PICTURE_MS);
  openPanel(slide.kind !== 'row');
  if (slide.kind === 'picture' && isThere(slide)) { return; }
  clear();
  drawnNext = '';
  if (slide.kind === 'picture') { put(slide, new Image()); }
  if (slide.kind === 'video') { playVideo(slide); }
}

/* A single picture stays. */
function isThere(slide) {
  var node = $('side').firstChild;
  return !!node && node.getAttribute('src') === slide.url;
}

function put(slide, node) {
  node.onerror = function () { slide.isBad = true; slideUntil = 0; };
  node.alt = '';
  node.src = slide.url;
  $('side').appendChild(node);
}

/* Silent, unless this screen was told otherwise. */
function playVideo(slide) {
  video = doc.createElement('video');
  video.muted = !more.sound.video || state !== 'on';
  video.setAttribute('playsinline', '');
  video.onended = function () { slideUntil = 0; };
  put(slide, video);
  duck(!!talk);
  attemptVideo(slide);
}

function attemptVideo(slide) {
  var played = video.play();
  if (played && played.then) { played.then(nothing, function (error) { if (error.name !== 'AbortError') { slide.isBad = true; slideUntil = 0; } }); }
}

/* Whatever else sounds is quiet while somebody speaks. */
function duck(isSpeaking) { if (video) { video.volume = isSpeaking ? DUCKED : VIDEO_LOUD; } }

/* ---- who may expect to be called when ---- */

var drawnNext = '';

function noteGone(change) {
  if (goneOf !== hall.board()) { goneOf = hall.board(); gone = {}; }
  if (change.ticket && change.state) { gone[change.ticket] = change.state !== 'waiting'; }
}

/* The board is taken now and then, calls come at once: whoever was called meanwhile is not expected any more. */
function expected() {
  var now = hall.serverTime(), board = hall.board();
  return (board.waiting || []).filter(function (one) {
    return one.expect && !one.expect.unlikely && Date.parse(one.expect.to) > now && !gone[one.ticket] && isOfPart(one.ticket);
  }).sort(function (a, b) {
    return Date.parse(a.expect.from) - Date.parse(b.expect.from) || Date.parse(a.expect.to) - Date.parse(b.expect.to);
  }).slice(0, isTall() ? NEXT_SHOWN_TALL : NEXT_SHOWN);
}

function isOfPart(ticket) {
  var letters = hall.boot.screen.waiting;
  return !letters || letters.indexOf(ticket.charAt(0)) >= 0;
}

function rangeWords(expect) {
  var from = Date.parse(expect.from), to = hall.clockWords(Date.parse(expect.to));
  return from > hall.serverTime() ? hall.clockWords(from) + '\u2013' + to : more.expected[hall.boot.lang].by.replace('{time}', to);
}

function drawNext() {
  var rows = expected(), title = more.expected[hall.boot.lang].title;
  var key = title + rows.map(function (one) { return one.ticket + rangeWords(one.expect); }).join();
  if (key === drawnNext) { return; }
  clear();
  drawnNext = key;
  $('side').appendChild(el('h2', '', [title]));
  rows.forEach(function (one) {
    $('side').appendChild(el('p', '', [hall.plate(one.ticket), el('span', 'side__when', [rangeWords(one.expect)])]));
  });
}
