/* What the screen says, in the one language it was given, and in the office's own time.
   The files of this folder are put together by display/script.py, in the order given there, into one function.
   ES5, and no newer browser interface than Chromium 53 has: the televisions of the halls are old. */
var doc = document;
var boot = JSON.parse($('boot').textContent);
var DAY_MS = 86400000;

function $(id) { return doc.getElementById(id); }

/* Milliseconds that only go forward: a television without a clock battery jumps years when it finds the network. */
function mono() { return performance.now(); }

function say(key, values) {
  var text = (values && values.n === 1 && boot.words[key + '.one']) || boot.words[key] || '';
  return text.replace(/\{(\w+)\}/g, function (whole, name) { return values && name in values ? values[name] : whole; });
}

function atCounter(number) { return say('disp.counter', { n: number }); }

function spoken(call) { return say('a11y.call', { number: call.ticket, n: call.counter }); }

/* A Date whose UTC fields read as the office's wall clock: old engines do not know every time zone. */
function local(ms) { return new Date(ms + boot.offset_minutes * 60000); }

function two(n) { return (n < 10 ? '0' : '') + n; }

function clockWords(ms) { return two(local(ms).getUTCHours()) + '.' + two(local(ms).getUTCMinutes()); }

function weekday(ms) { return say('day.' + (local(ms).getUTCDay() || 7)); }

function dateWords(ms) {
  var day = local(ms), month = say('month.' + (day.getUTCMonth() + 1));
  return say('day.date', { weekday: weekday(ms), day: day.getUTCDate(), month: month, year: day.getUTCFullYear() });
}

/* How many days later than today; NaN for no time at all. */
function daysAhead(ms) { return Math.floor(local(ms) / DAY_MS) - Math.floor(local(serverTime()) / DAY_MS); }

/* "hari ini", "Rabu", or the whole date where the weekday's name would mean a nearer day. */
function dayWords(ms) {
  var days = daysAhead(ms);
  if (days === 0) { return say('day.today'); }
  return days > 0 && days < 7 ? weekday(ms) : dateWords(ms);
}
