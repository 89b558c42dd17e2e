/* The clips of a sentence: the rule of display/voice.py over the same tables (`book`), which a test holds equal. */
var hall = window.hall, doc = document, $ = hall.$, mono = hall.mono, el = hall.el;
var PAUSE = '_', AGAIN = '__';
var WHOLE_BELOW = 10000;

function nothing() {}

function whole(book, n) {
  return book.thousands[Math.floor(n / 1000)].concat(book.hundreds[Math.floor(n / 100) % 10], n % 100 || !n ? book.small[n % 100] : []);
}

/* facts: label ("A012"), counter, reason, hour, minute, as far as the sentence has a place for them */
function clipsOf(book, sentence, facts, isWhole) {
  var label = facts.label || '', number = label.slice(1);
  var slots = {
    '{letter}': function () { return [label.charAt(0).toLowerCase()]; },
    '{digits}': function () {
      return isWhole && +number < WHOLE_BELOW ? whole(book, +number)
        : number.split('').map(function (digit) { return book.digits[+digit]; });
    },
    '{counter}': function () { return whole(book, facts.counter); },
    '{reason}': function () { return [book.reasons[facts.reason]]; },
    '{time}': function () { return book.small[(facts.hour + 11) % 12 + 1].concat(book.minutes[facts.minute], book.parts[facts.hour]); }
  };
  return [].concat.apply([], book.sentences[sentence].map(function (piece) { return slots[piece] ? slots[piece]() : [piece]; }));
}

hall.clipsOf = clipsOf;
