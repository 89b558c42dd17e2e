/* What makes booking pleasant; every page works without it. Ticks are kept on this phone, and so is where the phone is. ES5. */
(function () {
  'use strict';
  var EARTH_KM = 6371, WAIT_MS = 10000;

  function each(selector, act) { Array.prototype.forEach.call(document.querySelectorAll(selector), act); }

  /* the papers that were laid ready stay ticked */
  each('[data-ticks] input', function (box) {
    var key = 'paper:' + box.value;
    try {
      box.checked = localStorage.getItem(key) === 'ready';
      box.addEventListener('change', function () { if (box.checked) { localStorage.setItem(key, 'ready'); } else { localStorage.removeItem(key); } });
    } catch (closed) { box.checked = false; }
  });

  each('[data-print]', function (button) {
    button.hidden = false;
    button.addEventListener('click', function () { window.print(); });
  });

  /* how far each office is, reckoned here: nobody else learns where the phone is */
  function rad(degrees) { return degrees * Math.PI / 180; }
  function km(here, office) {
    var lat = Number(office.getAttribute('data-latitude')), lon = Number(office.getAttribute('data-longitude'));
    var a = Math.pow(Math.sin(rad(lat - here.latitude) / 2), 2);
    a += Math.cos(rad(lat)) * Math.cos(rad(here.latitude)) * Math.pow(Math.sin(rad(lon - here.longitude) / 2), 2);
    return 2 * EARTH_KM * Math.asin(Math.sqrt(a));
  }
  function sort(button, here) {
    var found = [];
    each('[data-latitude]', function (office) { found.push({ office: office, km: km(here, office) }); });
    found.sort(function (a, b) { return a.km - b.km; });
    found.forEach(function (one) {
      var note = one.office.querySelector('[data-km]');
      note.textContent = note.getAttribute('data-km').replace('{n}', Math.max(1, Math.round(one.km)));
      note.hidden = false;
      button.parentNode.insertBefore(one.office, button);
    });
  }
  each('[data-near]', function (button) {
    if (!navigator.geolocation || window.isSecureContext === false) { return; }
    button.hidden = false;
    button.addEventListener('click', function () {
      navigator.geolocation.getCurrentPosition(function (found) {
        sort(button, found.coords);
        button.hidden = true;
      }, function () { button.textContent = button.getAttribute('data-near'); }, { timeout: WAIT_MS, maximumAge: 600000 });
    });
  });
}());
