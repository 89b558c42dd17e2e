/* A device that waits to be paired: asks whether somebody confirmed its code, and starts by itself then.
   ES5, Chromium 53 and up. */
(function () {
  'use strict';

  var ASK_MS = 3000;
  var FRESH_MS = 300000;       /* codes end after 15 minutes; the page comes again long before, with the code that holds then */
  var main = document.getElementById('main'), lost = document.getElementById('lost');
  var address = '/pair/status?kind=' + main.getAttribute('data-kind') + '&office=' + main.getAttribute('data-office');
  var loadedAt = performance.now();

  function again() { setTimeout(ask, ASK_MS); }

  function answered(request) {
    var paired = false;
    try { paired = JSON.parse(request.responseText).paired === true; } catch (broken) { paired = false; }
    lost.hidden = request.status === 200;
    if (request.status === 200 && (paired || performance.now() - loadedAt > FRESH_MS)) { location.reload(); } else { again(); }
  }

  function failed() {
    lost.hidden = false;
    again();
  }

  function ask() {
    var request = new XMLHttpRequest();
    request.open('GET', address);
    request.timeout = ASK_MS;
    request.onload = function () { answered(request); };
    request.onerror = request.ontimeout = failed;
    request.send();
  }

  again();
}());
