/* The pieces of the picture: the plate with the number, and the cells below the large place. */
var PICTURES = { A: 'bird', L: 'boat', S: 'house', U: 'fish', W: 'palm', Z: 'sun' };
var SVG = 'http://www.w3.org/2000/svg';

function el(name, className, children) {
  var node = doc.createElement(name);
  node.className = className;
  [].concat(children).forEach(function (child) {
    node.appendChild(typeof child === 'object' ? child : doc.createTextNode(child));
  });
  return node;
}

function svg(className, symbol) {
  var node = doc.createElementNS(SVG, 'svg'), use = doc.createElementNS(SVG, 'use');
  node.setAttribute('class', className);
  node.setAttribute('aria-hidden', 'true');
  use.setAttribute('href', '#' + symbol);
  node.appendChild(use);
  return node;
}

function fill(id, children) {
  var node = $(id);
  while (node.firstChild) { node.removeChild(node.firstChild); }
  children.forEach(function (child) { node.appendChild(child); });
}

/* Makes a text smaller until its box holds it, a label of five characters or an office's long name; answers the scale. */
function fit(node) {
  var scale;
  node.style.fontSize = '';
  scale = Math.min(1, node.parentNode.clientWidth / node.offsetWidth);
  if (scale < 1) { node.style.fontSize = Math.floor(100 * scale) + '%'; }
  return scale;
}

function pictureOf(label) { return 'p-' + (PICTURES[label.charAt(0)] || 'paper'); }

/* The number, the same ticket as everywhere. */
function plate(label) {
  var letter = label.charAt(0), node = el('span', 'plate L-' + letter + (label.length > 4 ? ' plate--long' : ''), [
    el('span', 'plate__stub', svg('pic', pictureOf(label))), el('span', 'plate__no', el('b', '', label))]);
  node.setAttribute('role', 'img');
  node.setAttribute('aria-label', say('a11y.number', { letter: letter, digits: label.slice(1).split('').join(' ') }) + '. ' +
    say('a11y.picture', { name: say('picture.' + letter) || say('picture.other') }));
  return node;
}

/* A counter without a ticket: open, on a break or closed, in a word. */
function stateCell(counter) {
  var key = { paused: 'disp.counter_break', open: 'disp.counter_open' }[counter.state] || 'disp.counter_closed';
  var sign = counter.state === 'paused' ? [svg('i', 'i-coffee')] : [];
  return el('div', 'cell cell--off' + (counter.state === 'open' ? ' cell--free' : ''), [
    el('div', 'cell__state', sign.concat(say(key))), el('div', 'cell__to', atCounter(counter.number))]);
}

function callCell(ticket, number) {
  return el('div', 'cell' + (isHot(ticket) ? ' cell--new' : ''), [plate(ticket), el('div', 'cell__to', atCounter(number))]);
}

function fact(number, text) { return el('div', '', [el('b', '', number), text]); }
