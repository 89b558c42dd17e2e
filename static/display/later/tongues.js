/* A screen of two languages goes from one to the other; a call that stands there is read in both. */
var TONGUE_MS = 9000;
var tongueAt = 0;

function beatTongues() {
  var langs = Object.keys(more.tongues);
  if (langs.length < 2 || mono() - tongueAt < TONGUE_MS) { return; }
  tongueAt = mono();
  useTongue(langs[(langs.indexOf(hall.boot.lang) + 1) % langs.length]);
}

function useTongue(lang) {
  var words = more.tongues[lang], agency = $('agency');
  hall.boot.lang = lang;
  hall.boot.words = words;
  doc.documentElement.lang = lang;
  $('go').textContent = words['disp.go'];
  $('hero-counter').parentNode.firstChild.nodeValue = words['disp.counter_word'] + ' ';
  hall.boot.agency = words['app.office'];
  agency.setAttribute('data-short', words['app.office_short']);
  hall.fitOffice();
  hall.redraw();
}
