/* Draws what the feed knows and the stage shows. A region is drawn again only when its content changed, so nothing
   flickers and nothing piles up. */
var RECENT = 5;
var SHOW_ALL_FROM = 4;       /* with so many counters all of them are shown instead of the recent calls */

var drawn = {};              /* region -> what it shows, as text */

function isNew(region, key) {
  var same = drawn[region] === key;
  drawn[region] = key;
  return !same;
}

function write(id, text) { if (isNew(id, text)) { $(id).textContent = text; } }

function draw() {
  var scene = sceneNow();
  $('hero').hidden = scene !== 'call';
  $('say').hidden = scene === 'call';
  $('old').hidden = scene !== 'stale' || !current;
  write('clock', clockWords(serverTime()));
  write('date', dateWords(serverTime()).replace(', ', ',\n'));
  if (scene === 'call') { drawHero(); } else { drawSay(scene); drawOld(); }
  drawRow(scene);
  drawFoot();
}

/* What stands in the large place: "stale", "call", "mute" when a key is wanted, or "say" when nothing is called. */
function sceneNow() {
  if (isStale()) { return 'stale'; }
  if (isCalling()) { return 'call'; }
  return hall.sound === 'blocked' ? 'mute' : current && board.open_now ? 'call' : 'say';
}

function isCalling() { return !!current && (isHot(current.ticket) || isAwaited(current)); }

function drawHero() {
  var hot = isHot(current.ticket), key = 'disp.last_called', ticket = current.ticket, label = $('label');
  if (isCalling()) { key = current.recall ? 'disp.recall' : 'disp.now'; }
  if (!isNew('hero', [current.v, key, hot].join())) { return; }
  $('hero').className = 'hero L-' + ticket.charAt(0) + (hot ? '' : ' hero--calm') + (key === 'disp.last_called' ? ' hero--past' : '');
  $('hero').setAttribute('aria-label', spoken(current));
  $('hero-picture').setAttribute('href', '#' + pictureOf(ticket));
  $('hero-word').textContent = say(key);
  $('hero-counter').textContent = current.counter;
  label.textContent = ticket;
  label.parentNode.className = 'hero__no' + (ticket.length > 4 ? ' hero__no--5' : '');
  fit(label);
}

/* ---- instead of a call: closed, a break, nothing yet, or no line ---- */

/* The first sentence is the head, the rest stands below it. */
function inTwo(text) {
  var cut = text.indexOf('. ');
  return cut < 0 ? [text, ''] : [text.slice(0, cut + 1), text.slice(cut + 2)];
}

function closedWords() {
  var pause = Date.parse(board.break_until_at), opens = Date.parse(board.opens_at), isFriday = local(pause).getUTCDay() === 5;
  var reason = board.closed && board.closed.reason, said;
  if (pause) { return inTwo(say(isFriday ? 'kiosk.friday_break' : 'disp.break', { time: clockWords(pause) })); }
  if (!opens) { return [say('disp.counter_closed'), '']; }
  if (daysAhead(opens) === 0) { return [say('disp.none'), say('disp.opens', { time: clockWords(opens) })]; }
  said = inTwo(say('disp.closed', { day: dayWords(opens), time: clockWords(opens) }));
  return reason ? [said[0], say('book.holiday', { name: reason[boot.lang] || reason.id }) + '. ' + said[1]] : said;
}

function staleWords() {
  return [say('disp.offline'), say('disp.stale', { time: clockWords(serverTime(heardAt)) })];
}

function facts() {
  var count = waitingCount(), last = Date.parse(board.last_ticket_at), list = [fact(count, say('disp.people_waiting', { n: count }))];
  if (last > serverTime() && daysAhead(last) === 0) {
    list.push(fact(clockWords(last) + ' ' + boot.zone, say('disp.last_ticket_word')));
  }
  return list;
}

function saidWords(scene) {
  if (scene === 'mute') { return [say('disp.sound'), say('disp.muted')]; }
  return scene === 'stale' ? staleWords() : board.open_now ? [say('disp.none'), ''] : closedWords();
}

function drawSay(scene) {
  var stale = scene === 'stale', said = saidWords(scene);
  var shown = scene !== 'say' || !(board.may_take || board.waiting_count) ? [] : facts();
  if (!isNew('say', [stale, said, shown.map(function (one) { return one.textContent; })].join())) { return; }
  $('main').className = 'mid' + (stale ? ' mid--stale' : '');
  $('say').className = 'say' + (stale ? ' say--stop' : '');
  $('say-head').textContent = said[0];
  $('say-text').textContent = said[1];
  fill('say-facts', shown);
}

function drawOld() {
  if (!current || !isNew('old', current.v)) { return; }
  fill('old', [el('span', '', say('disp.last_called')), plate(current.ticket), el('b', '', atCounter(current.counter))]);
}

/* ---- below it: the recent calls, or each counter ---- */

function recentCalls(scene) {
  var known = {};
  return board.calls.filter(isMine).filter(function (call) {
    var isDouble = known[call.ticket] || isQueued(call.ticket) || (scene !== 'mute' && current && current.ticket === call.ticket);
    known[call.ticket] = true;
    return !isDouble;
  });
}

function shownCounters() {
  return board.counters.filter(function (one) { return !part.counters || part.counters.indexOf(one.number) >= 0; });
}

function counterCell(counter) {
  return counter.ticket ? callCell(counter.ticket, counter.number) : stateCell(counter);
}

/* A small office: five places, the last ones for the counters that are on a break. */
function recentCells(calls) {
  var resting = shownCounters().filter(function (one) { return one.state === 'paused'; }).map(stateCell), cells;
  cells = calls.slice(0, RECENT - resting.length).map(function (call) { return callCell(call.ticket, call.counter); });
  while (cells.length + resting.length < RECENT) { cells.push(el('div', 'cell cell--none', [])); }
  return [el('div', 'row__name', say('disp.last'))].concat(cells, resting);
}

function drawRow(scene) {
  var counters = shownCounters(), calls = recentCalls(scene), stale = scene === 'stale';
  var all = (part.row ? part.row === 'counters' : counters.length >= SHOW_ALL_FROM) || scene === 'say' || (!calls.length && !stale);
  var hot = (all ? counters : calls).map(function (one) { return !!one.ticket && isHot(one.ticket); });
  if (!isNew('row', JSON.stringify([stale, all, hot, counters, calls]))) { return; }
  $('row').className = 'row' + (stale ? ' row--old' : '') +
    (!all || counters.length < 6 ? '' : counters.length > 6 ? ' row--many' : ' row--6');
  $('row').setAttribute('aria-label', say(all ? 'disp.all_counters' : 'disp.last'));
  fill('row', all ? counters.map(counterCell) : recentCells(calls));
  [].forEach.call($('row').querySelectorAll('.plate__no b'), fit);
}
