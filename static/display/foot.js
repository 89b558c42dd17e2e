/* The foot of the picture: how many wait, and one line at a time. */
var LINE_MS = 10000;

var LINE_SIGNS = { stop: 'i-circle-pause', mute: 'i-volume-x', lost: 'i-wifi-off' };

var lineParts, linesAt;

function outageWords(outage) {
  var service = outage.service_name && outage.service_name[boot.lang], reason = say('out.' + outage.reason) || outage.reason;
  var text = say(service ? 'disp.outage' : 'disp.outage_all', { service: service, reason: reason });
  return ['stop', outage.until ? text + ' ' + say('disp.outage_until', { time: clockWords(Date.parse(outage.until)) }) + '.' : text];
}

function isMute() { return hall.sound === 'blocked' || hall.sound === 'broken'; }

function waitingCount() {
  return part.waiting ? part.waiting.split('').reduce(function (sum, letter) { return sum + (board.waiting_letters[letter] || 0); }, 0)
    : board.waiting_count;
}

function footLines() {
  var lines;
  if (isStale()) { return [['lost', say('disp.reconnect')]]; }
  lines = board.outages.map(outageWords);
  if (hall.sound === 'blocked') { lines.push(['mute', say('disp.sound')]); }
  if (isMute()) { lines.push(['mute', say('disp.muted')]); }
  board.notices.forEach(function (notice) { lines.push(['note', notice.text[boot.lang] || notice.text.id]); });
  if (!lines.length) { lines.push(['note', say('disp.ticker')]); }
  return lines;
}

/* A line too long for the foot is shown sentence by sentence, a long sentence smaller or in pieces: nothing scrolls. */
function inParts(line) {
  var room = $('room').clientWidth, text = line[1], end = text.indexOf('. ') + 1, next, small;
  if (widthOf(line) <= room) { return [line]; }
  if (end) {
    while ((next = text.indexOf('. ', end) + 1) && widthOf([line[0], text.slice(0, next)]) <= room) { end = next; }
    return inParts([line[0], text.slice(0, end)]).concat(inParts([line[0], text.slice(end + 1)]));
  }
  small = [line[0], text, true];
  return widthOf(small) <= room ? [small] : cut(small, Math.min(room, 1.28 * widthOf(small) / Math.ceil(widthOf(small) / room)));
}

function widthOf(line) {
  putLine(line);
  return $('line').scrollWidth;
}

/* Between words, into pieces of about the same length. */
function cut(line, room) {
  var parts = [], part = '';
  line[1].split(' ').forEach(function (word) {
    if (part && widthOf([line[0], part + ' ' + word, true]) > room) {
      parts.push([line[0], part, true]);
      part = '';
    }
    part += (part ? ' ' : '') + word;
  });
  return parts.concat([[line[0], part, true]]);
}

/* line: what kind it is, the text, whether it is written smaller */
function putLine(line) {
  $('line').className = 'foot__line foot__line--' + line[0] + (line[2] ? ' foot__line--small' : '');
  fill('line-icon', LINE_SIGNS[line[0]] ? [svg('i', LINE_SIGNS[line[0]])] : []);
  $('line-text').textContent = line[1];
}

function drawFoot() {
  var count = waitingCount(), lines = footLines(), part;
  write('waiting', count ? say('disp.waiting', { n: count }) : say('disp.nobody_waiting'));
  if (isNew('lines', lines.join())) {
    drawn.line = null;
    $('mute').hidden = !isMute();
    if (isNew('first', lines[0].join())) { linesAt = mono(); }
    lineParts = [].concat.apply([], lines.map(inParts));
  }
  part = lineParts[Math.floor((mono() - linesAt) / LINE_MS) % lineParts.length];
  $('mute').hidden = !isMute() || part[0] === 'mute' || isStale();
  if (isNew('line', part.join())) { putLine(part); }
}
