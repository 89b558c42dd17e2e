/* What every part of the counter page leans on: the data it came with, its words, its clock, its numbers. */

export const boot = JSON.parse(document.getElementById("boot").textContent);

/* One place holds what is shown: the draw functions read it and never write it. */
export const state = {
  desk: boot.desk,   // the last snapshot; null while a counter is being chosen
  ask: null,         // {kind, row?, ...}: the question that is open
  tab: "waiting",
  busy: false,       // an act is on its way
  isSure: true,      // no act was done since the snapshot was asked: who is next is known
  lostAt: null,      // server time since which nothing was heard
  backAt: null,      // server time of the last return, to say so for a moment
  freeAt: null,      // server time at which this page saw the counter become free
  signedOut: false,
};

const services = new Map(boot.services.map((service) => [service.code, service]));
const hourAndMinute = new Intl.DateTimeFormat("en-GB", {timeZone: boot.timezone, hour: "2-digit", minute: "2-digit"});
let heard = [0, 0];  // the server's clock and this machine's at the same moment, milliseconds
let paint = null;

export function onDraw(painter) { paint = painter; }
export function draw() { paint(); }

export function $(id) { return document.getElementById(id); }
export function every(selector) { return [...document.querySelectorAll(selector)]; }
export function show(id, visible) { $(id).hidden = !visible; }

export function setText(element, words) {
  // Writing the same text again would make a screen reader say it again.
  if (element.textContent !== String(words)) { element.textContent = words; }
}

export function fill(id, words) { setText($(id), words); }

export function say(key, values = {}) {
  const one = values.n === 1 && boot.words[key + ".one"];
  return (one || boot.words[key]).replace(/\{(\w+)\}/g, (field, name) => (name in values ? values[name] : field));
}

/* The server's clock; a demo's runs faster than this machine's. */
export function now() { return heard[0] + (Date.now() - heard[1]) * boot.rate; }
export function setClock(at) { heard = [Date.parse(at), Date.now()]; }
export function clock(instant) { return hourAndMinute.format(new Date(instant)).replace(":", "."); }
export function atTime(instant) { return say("op.at_time", {time: clock(instant)}); }
export function minutesSince(instant) { return Math.max(0, Math.floor((now() - Date.parse(instant)) / 60000)); }

export function stopwatch(sinceMs) {
  const seconds = Math.max(0, Math.floor((now() - sinceMs) / 1000));
  return [Math.floor(seconds / 60), seconds % 60].map((part) => String(part).padStart(2, "0")).join(".");
}

export function serviceName(row) { return row.service_name ? row.service_name[boot.lang] : services.get(row.service).name; }
export function counterName(one) { return one.name || say("op.counter_n", {n: one.number}); }
export function reasonWords(reason) { return reason.text[boot.lang]; }

/* Services under their letters, so that typing a letter or a name finds one. */
export function serviceOptions() {
  return boot.letters.map(function (letter) {
    const group = element("optgroup", "", ...boot.services.filter((one) => one.letter === letter).map((one) => new Option(one.name, one.code)));
    group.label = letter;
    return group;
  });
}

export function element(tag, className, ...content) {
  const made = document.createElement(tag);
  if (className) { made.className = className; }
  made.append(...content);
  return made;
}

export function icon(name) {
  const copy = $("icon").content.firstElementChild.cloneNode(true);
  copy.firstElementChild.setAttribute("href", "#i-" + name);
  return copy;
}

/* The number as everywhere else, copied from the page's own pattern so that its shape is written once. */
export function plate(label, called) {
  const made = $("plate").content.firstElementChild.cloneNode(true);
  const letter = label[0];
  made.className = "plate L-" + letter + (label.length > 4 ? " plate--long" : "") + (called ? " plate--called" : "");
  made.setAttribute("aria-label", say("a11y.number", {letter, digits: [...label.slice(1)].join(" ")}));
  made.querySelector("use").setAttribute("href", "#p-" + (boot.pictures[letter] || boot.pictures.Z));
  made.lastElementChild.textContent = label;
  return made;
}

export function setPlate(id, label, called) {
  const box = $(id);
  const shown = label + (called ? "!" : "");
  if (box.dataset.shown !== shown) { box.replaceChildren(plate(label, called)); }
  box.dataset.shown = shown;
}

/* crypto.randomUUID is missing on the plain http pages of a local network. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/* A browser that keeps nothing forgets the choice, no more. */
export function remembered(name) {
  try { return localStorage.getItem("counter." + name); } catch (refused) { return null; }
}

export function remember(name, value) {
  try { localStorage.setItem("counter." + name, value); } catch (refused) { /* see above */ }
}

/* A switch writes data-NAME on <html>: the stylesheet does the rest. */
export function makeSwitch(name, on, off, first) {
  const button = $(name + "-switch");
  function set(value) {
    document.documentElement.dataset[name] = value;
    button.setAttribute("aria-pressed", String(value === on));
  }
  set(remembered(name) || first);
  button.addEventListener("click", function () {
    const value = document.documentElement.dataset[name] === on ? off : on;
    set(value);
    remember(name, value);
  });
}
