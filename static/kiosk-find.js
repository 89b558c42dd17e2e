/* Finding the service on the kiosk: groups, the services of a group, search with its keys, the papers to bring. ES5. */
window.Giliran = window.Giliran || {};
window.Giliran.find = function (app) {
  'use strict';
  var AT_ONCE = 6, SAY_AFTER_MS = 700;
  var boot = app.boot, $ = app.$, el = app.el, say = app.say, word = app.word;
  var search = null, saying = null;

  boot.services.forEach(function (service, i) { service.rank = i; });

  function named(code) { return boot.services.filter(function (service) { return service.code === code; })[0]; }
  function picture(letter) { return app.shape('pic', 'p-' + (boot.pictures[letter] || boot.pictures.Z)); }

  /* The stub of a ticket, the name, one plain line. */
  function pick(letter, title, line, action, value) {
    var node = el('button', 'pick L-' + letter), stub = el('span', 'pick__stub'), text = el('span', 'pick__text');
    node.type = 'button';
    node.setAttribute('data-do', action);
    node.setAttribute('data-value', value);
    stub.appendChild(picture(letter));
    text.appendChild(app.whole(el('b'), title));
    if (line) { text.appendChild(el('span', 'soft', line)); }
    node.appendChild(stub);
    node.appendChild(text);
    return node;
  }

  function why(service) {
    var paused = app.line.pausedBecause(service.code);
    if (service.off) { return say('kiosk.not_here_short', { reason: word(service.off) }); }
    return paused ? say('kiosk.service_paused', { reason: paused }) : '';
  }

  function pickService(service) {
    var refused = why(service), node = pick(service.letter, word(service.name), refused || word(service.plain), 'service', service.code);
    if (refused) {
      node.classList.add('pick--off');
      node.querySelector('span.soft').className = 'pick__why';
    }
    node.appendChild(app.shape('i pick__go', refused ? 'i-circle-question-mark' : 'i-chevron-right'));
    return node;
  }

  function inGroup(code) {
    var list = boot.services.filter(function (service) { return !code || service.group === code; });
    return list.filter(function (service) { return !service.off; }).concat(list.filter(function (service) { return service.off; }));
  }

  /* Numbers are given before the counters open and during the break: say when somebody will call. */
  function hoursWords() {
    var open = app.line.open(), friday = open.break_until_at && app.weekdayOf(open.break_until_at) === 5;
    if (open.open_now) { return ''; }
    if (open.break_until_at) { return say(friday ? 'kiosk.friday_break' : 'disp.break', { time: app.clockOf(open.break_until_at) }); }
    return open.opens_at ? say('disp.opens', { time: app.clockOf(open.opens_at) }) : '';
  }

  app.draws.start = function () {
    var waiting = app.line.waiting();
    $('waiting').hidden = waiting === null;
    $('waiting').lastChild.textContent = waiting === null ? '' : say('kiosk.waiting', { n: waiting });
    $('hours').hidden = !hoursWords();
    $('hours').lastChild.textContent = hoursWords();
  };

  app.draws.groups = function () {
    var node = app.fill($('groups'));
    boot.groups.forEach(function (group) { node.appendChild(pick(group.letter, word(group.name), word(group.plain), 'group', group.letter)); });
    node.setAttribute('data-count', boot.groups.length);
  };

  app.draws.services = function (state) {
    var list = inGroup(state.group), pages = Math.max(1, Math.ceil(list.length / AT_ONCE)), many = Math.ceil(list.length / pages), node = app.fill($('services'));
    var group = boot.groups.filter(function (one) { return one.letter === state.group; })[0];
    list.slice(state.page * many, (state.page + 1) * many).forEach(function (service) { node.appendChild(pickService(service)); });
    app.whole($('group-title'), group ? say('kiosk.choose_in', { group: word(group.name) }) : say('kiosk.choose_service'));
    $('page-of').textContent = pages > 1 ? say('kiosk.page', { n: state.page + 1, k: pages }) : list.length ? say('kiosk.choose_hint') : say('kiosk.no_services');
    $('pager').hidden = pages < 2;
    document.querySelector('[data-do="previous"]').disabled = state.page === 0;
    document.querySelector('[data-do="next"]').disabled = state.page >= pages - 1;
  };

  /* search: its script brings the words that people use, by the services' codes */
  function withSearch(then) {
    if (search) { then(); return; }
    app.fetchScript(boot.search, function () {
      boot.services.forEach(function (service) { service.words = window.Giliran.searchWords[service.code] || []; });
      search = window.Giliran.search(boot.services);
      then();
    });
  }
  app.draws.search = function (state) {
    var found = search(state.query), node = app.fill($('found')), note;
    if ($('query').value !== state.query) { $('query').value = state.query; }
    found.slice(0, AT_ONCE).forEach(function (service) { node.appendChild(pickService(service)); });
    note = !state.query ? say('kiosk.search_hint') : found.length ? say('kiosk.search_found', { n: found.length }) : say('kiosk.search_none');
    $('found-note').textContent = note + (found.length > AT_ONCE ? '. ' + say('kiosk.search_more') : '');
    $('found-note').className = 'note' + (!state.query ? '' : found.length ? ' soft' : ' note--none');
    document.querySelector('[data-do="clear"]').disabled = !state.query;
    window.clearTimeout(saying);
    saying = window.setTimeout(function () { if (app.state.step === 'search' && app.state.query) { app.live(note); } }, SAY_AFTER_MS);
  };
  function type(key) {
    app.state.query = key === 'delete' ? app.state.query.slice(0, -1) : (app.state.query + key).replace(/^\s+/, '').slice(0, 40);
    app.draw();
  }
  $('query').addEventListener('input', function () { app.state.query = $('query').value; app.draw(); });

  /* papers */
  function paper(symbol, text) {
    var node = el('li');
    node.appendChild(app.shape('i', symbol));
    node.appendChild(app.whole(el('span'), text));
    return node;
  }
  var PRESENCE = { self: 'user-check', both: 'users', reporter: 'user-check' };

  app.draws.papers = function (state) {
    var service = named(state.service), node = app.fill($('papers')), needs = service.needs, stub = el('span', 'for__stub');
    stub.appendChild(picture(service.letter));
    app.fill($('papers-for'), stub, app.whole(el('span'), word(service.name))).className = 'for L-' + service.letter;
    needs.forEach(function (need) { node.appendChild(paper('i-file-text', word(boot.texts[need]))); });
    if (PRESENCE[service.presence]) { node.appendChild(paper('i-' + PRESENCE[service.presence], say('kiosk.presence_' + service.presence))); }
    service.also.forEach(function (need) { node.appendChild(paper('i-pencil', word(boot.texts[need]))).className = 'papers__also soft'; });
    node.setAttribute('data-count', node.children.length > 3 ? 'many' : 'few');
    node.hidden = !node.firstChild;
    $('papers-title').textContent = say(needs.length ? 'kiosk.docs_title' : 'kiosk.docs_none');
    $('papers-ready').textContent = say(needs.length ? 'kiosk.docs_ready' : 'kiosk.stay');
    $('papers-missing').hidden = !needs.length;
    app.line.notePrinter();
    app.line.noteExpected(state.service);
  };

  function choose(code) {
    var service = named(code), paused = app.line.pausedBecause(code);
    if (service.off) { return app.go('stop', app.line.notOffered(service)); }
    if (paused) { return app.go('stop', app.line.paused(code)); }
    return app.go('papers', { service: code });
  }

  /* A person who is not sure asks first: with a number for advice where the office gives one. */
  function ask(line) {
    var advice = named(boot.advice), offered = advice && !advice.off && !app.line.pausedBecause(advice.code);
    return app.stop(function () {
      return {
        icon: 'circle-question-mark', calm: true, title: say('kiosk.ask_officer'), lines: [say(line), offered ? say('kiosk.ask_or_number') : ''],
        acts: (offered ? [['advice', 'kiosk.ask_number', 'ticket']] : []).concat([line === 'kiosk.ask_papers' ? ['back', 'kiosk.ask_papers_again'] : ['others', 'kiosk.other_service']])
      };
    });
  }

  app.actions.groups = function () { return boot.groups.length > 1 ? app.go('groups') : app.go('services', { group: null }); };
  app.actions.group = function (node) { app.go('services', { group: node.getAttribute('data-value') }); };
  app.actions.service = function (node) { choose(node.getAttribute('data-value')); };
  app.actions.next = function () { app.state.page += 1; app.draw(); };
  app.actions.previous = function () { app.state.page -= 1; app.draw(); };
  app.actions.search = function () { withSearch(function () { app.go('search', { query: '' }); }); };
  app.actions.clear = function () { app.state.query = ''; app.draw(); };
  app.actions.unsure = function () { app.go('stop', ask('kiosk.ask_service')); };
  app.actions.missing = function () { app.go('stop', ask('kiosk.ask_papers')); };
  app.actions.advice = function () { app.line.confirm(boot.advice); };
  app.actions.ready = function () { app.line.confirm(app.state.service); };

  app.types.search = type;
  return { named: named, picture: picture, choose: choose };
};
