/* What the hall should hear besides calls: everything stands still, goes on again, a break, the end of the day. */
var CLOSING_SOON_MS = 900000;
var before = null;           /* what the board said at the last look */
var closingSaid = null;

function hoursNow() {
  var board = hall.board(), stops = board.outages.filter(function (one) { return !one.service; });
  return { isOpen: board.open_now, pause: board.break_until_at, closes: board.closes_at, stop: stops.length ? stops[0].reason : null };
}

function clockFacts(at) {
  var parts = hall.clockWords(Date.parse(at)).split('.');
  return { hour: +parts[0], minute: +parts[1] };
}

function beatHours() {
  var old = before, left;
  before = hoursNow();
  if (!old || hall.boot.rate > 1) { return; }
  if (before.stop && !old.stop) { addAside('pause', { reason: before.stop }); }
  if (old.stop && !before.stop && before.isOpen) { addAside('resume'); }
  if (old.isOpen && !before.isOpen) {
    addAside(before.pause ? 'break' : 'closed', before.pause ? clockFacts(before.pause) : {});
  }
  left = Date.parse(before.closes) - hall.serverTime();
  if (before.isOpen && left > 0 && left < CLOSING_SOON_MS && closingSaid !== before.closes) {
    closingSaid = before.closes;
    addAside('closing', clockFacts(before.closes));
  }
}
