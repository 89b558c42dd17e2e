/* The foot of the picture: how many wait, and one line at a time. */
var LINE_MS = 10000;

var lineParts, linesAt;

function outageWords(outage) {
  var service = outage.service_name && outage.service_name[boot.lang], reason = say('out.' + outage.reason) || outage.reason;
  var text = say(service ? 'disp.outage' : 'disp.outage_all', { service: service, reason: reason });
  return ['stop', outage.until ? text + ' ' + say('disp.outage_until', { time: clockWords(Date.parse(outage.until)) }) + '.' : text];
}

function isMute() { return soundState === 'blocked' || soundState === 'broken'; }

function footLines() {
  var lines = board.outages.map(outageWords);
  if (soundState === 'blocked') { lines.push(['mute', say('disp.sound')]); }
  if (isMute()) { lines.push(['mute', say('disp.muted')]); }
  board.notices.forEach(function (notice) { lines.push(['note', notice.text[boot.lang] || notice.text.id]); });
  return lines.length ? lines : [['note', say('disp.ticker')]];
}

/* A line too long for the foot is shown in parts: nothing is cut and nothing scrolls. */
function inParts(line) {
  var room = $('room').clientWidth, parts = [], part = '';
  putLine(line);
  line[1].split(' ').forEach(function (word) {
    $('line-text').textContent = part + ' ' + word;
    if (part && $('line').scrollWidth > room) {
      parts.push([line[0], part]);
      part = '';
    }
    part += (part ? ' ' : '') + word;
  });
  return parts.concat([[line[0], part]]);
}

function putLine(line) {
  $('line').className = 'foot__line foot__line--' + line[0];
  fill('line-icon', line[0] === 'note' ? [] : [svg('i', line[0] === 'stop' ? 'i-circle-pause' : 'i-volume-x')]);
  $('line-text').textContent = line[1];
}

function drawFoot() {
  var count = board.waiting_count, lines = footLines(), part;
  write('waiting', count ? say('disp.waiting', { n: count }) : say('disp.nobody_waiting'));
  $('mute').hidden = !isMute();
  if (isNew('lines', lines.join())) {
    drawn.line = null;
    linesAt = mono();
    lineParts = [].concat.apply([], lines.map(inParts));
  }
  part = lineParts[Math.floor((mono() - linesAt) / LINE_MS) % lineParts.length];
  if (isNew('line', part.join())) { putLine(part); }
}
