/* Ranks services for what a person types: names, plain words and the words people use, both languages, small typos allowed. ES5. */
window.Giliran.search = (function () {
  'use strict';
  var EXACT = 10, PREFIX = 7, INSIDE = 4, NEAR = 3, WEAK = 0.4, PHRASE = 8;
  var SKIP = ' saya mau ingin buat bikin membuat urus mengurus cara untuk yang dan di ke my i want need the a an for to of get ';

  function split(text) { return text.toLowerCase().replace(/[^a-z0-9]+/g, ' ').trim(); }
  function squash(text) { return split(text).replace(/\s/g, ''); }

  /* edit distance with neighbouring letters swapped counting once; larger than `most` is not told apart */
  function distance(a, b, most) {
    var rows = [], i, j, best;
    if (Math.abs(a.length - b.length) > most) { return most + 1; }
    for (i = 0; i <= a.length; i += 1) {
      rows[i] = [i];
      for (j = 1; j <= b.length; j += 1) {
        if (i === 0) { rows[0][j] = j; continue; }
        best = Math.min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
        if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) { best = Math.min(best, rows[i - 2][j - 2] + 1); }
        rows[i][j] = best;
      }
    }
    return rows[a.length][b.length];
  }

  function match(typed, word) {
    var most = typed.length > 7 ? 2 : 1;
    if (word === typed) { return EXACT; }
    if (word.indexOf(typed) === 0) { return PREFIX; }
    if (typed.length > 2 && word.indexOf(typed) > 0) { return INSIDE; }
    if (typed.length > 3 && Math.min(distance(typed, word, most), distance(typed, word.slice(0, typed.length), most)) <= most) { return NEAR; }
    return 0;
  }

  function best(typed, words) {
    var top = 0, i;
    for (i = 0; i < words.length; i += 1) { top = Math.max(top, match(typed, words[i])); }
    return top;
  }

  function entry(service) {
    var strong = service.name.concat(service.words), weak = service.plain;
    return { service: service, phrases: strong.map(squash), strong: split(strong.join(' ')).split(' '), weak: split(weak.join(' ')).split(' ') };
  }

  function phrase(typed, phrases) {
    var top = 0, i;
    for (i = 0; i < phrases.length && typed.length > 1; i += 1) {
      if (phrases[i] === typed) { return PHRASE * 2; }
      if (phrases[i].indexOf(typed) === 0) { top = PHRASE; }
    }
    return top;
  }

  /* {all: every word was found, points} */
  function judge(item, typed, whole) {
    var points = phrase(whole, item.phrases), all = true, i, found;
    for (i = 0; i < typed.length; i += 1) {
      found = Math.max(best(typed[i], item.strong), best(typed[i], item.weak) * WEAK);
      all = all && found > 0;
      points += found;
    }
    return { service: item.service, all: all || points >= PHRASE + EXACT, points: points };
  }

  return function (services) {
    var items = services.map(entry);
    return function (text) {
      var typed = split(text).split(' ').filter(function (word) { return word && SKIP.indexOf(' ' + word + ' ') < 0; });
      var judged = items.map(function (item) { return judge(item, typed, squash(text)); }), whole;
      if (!typed.length) { return []; }
      whole = judged.filter(function (one) { return one.all && one.points > 0; });
      judged = whole.length ? whole : judged.filter(function (one) { return one.points >= INSIDE; });
      judged.sort(function (a, b) { return b.points - a.points || !!a.service.off - !!b.service.off || a.service.rank - b.service.rank; });
      return judged.map(function (one) { return one.service; });
    };
  };
}());
