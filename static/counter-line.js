/* The right side: who waits, who was missed, who is on hold. A row is one ticket for as long as it is shown. */
import {$, atTime, clock, draw, element, every, fill, icon, minutesSince, plate, reasonWords, say, serviceName, setText, show, state} from "./counter-page.js";

const TABS = ["waiting", "missed", "held"];
const EMPTY = {waiting: "op.new_here", missed: "op.missed_none", held: "op.held_none"};
const STILL_MS = 4000;       // after the last move of a hand over the list it may be put in order again
const items = new Map();     // ticket id -> <li>
let touchedAt = -STILL_MS;
let picked = null;           // what choosing a row does: pick(row, tab)

export function drawLine() {
  const {desk} = state;
  fill("line-title", desk.waiting_count ? say("op.waiting_n", {n: desk.waiting_count, m: longestMinutes()}) : say("op.waiting_count", {n: 0}));
  fill("line-age", state.lostAt ? say("op.as_of", {time: clock(state.lostAt)}) : say("op.up_to_date"));
  TABS.forEach(drawTab);
  placeRows(desk[state.tab]);
  drawFigures(desk.figures);
}

function longestMinutes() { return (state.desk.longest_minutes || 0) + minutesSince(state.desk.at); }

function drawTab(tab) {
  const count = tab === "waiting" ? state.desk.waiting_count : state.desk[tab].length;
  const chosen = tab === state.tab;
  fill("count-" + tab, count || "");
  $("tab-" + tab).setAttribute("aria-selected", String(chosen));
  $("tab-" + tab).tabIndex = chosen ? 0 : -1;
}

function drawFigures(figures) {
  const minutes = (value) => (value === null ? "-" : Math.round(value));
  fill("figure-served", figures.served);
  fill("figure-missed", figures.no_show);
  fill("figure-mean", minutes(figures.minutes_mean));
  fill("figure-longest", minutes(figures.minutes_max));
}

/* While a hand is over the list nothing in it moves: who left stays, grey, and who is new comes at the end. */
function placeRows(rows) {
  const list = $("line");
  const still = performance.now() - touchedAt > STILL_MS;
  const ids = new Set(rows.map((row) => row.id));
  items.forEach((item, id) => { if (!ids.has(id)) { leave(item, id, still); } });
  let spot = list.firstElementChild;
  rows.forEach(function (row) {
    const item = itemFor(row);
    if (item === spot) { spot = spot.nextElementSibling; return; }
    if (still) { list.insertBefore(item, spot); } else if (!item.parentNode) { list.append(item); }
  });
  drawEnd(rows.length);
}

function leave(item, id, still) {
  if (!still) {
    item.className = "gone";
    drawNote(item.querySelector(".row__note"), ["", say("op.gone")]);
    return;
  }
  item.remove();
  items.delete(id);
}

function drawEnd(count) {
  const more = state.tab === "waiting" ? state.desk.waiting_count - count : 0;
  show("line-none", !items.size);
  show("line-more", more > 0);
  fill("line-none", say(EMPTY[state.tab]));
  fill("line-more", say("op.more_waiting", {n: more}));
}

function itemFor(row) {
  const item = items.get(row.id) || makeItem(row);
  const {ask} = state;
  item.row = row;
  item.className = isNext(row) ? "first" : row.mine === false ? "other" : "";
  item.firstElementChild.setAttribute("aria-current", String(Boolean(ask && ask.row && ask.row.id === row.id)));
  setText(item.querySelector("b"), serviceName(row));
  drawNote(item.querySelector(".row__note"), noteOf(row));
  return item;
}

function makeItem(row) {
  const text = element("span", "row__text", element("b"), element("small", "row__note"));
  const age = element("span", "row__age", element("span"), element("small", "", say("op.minutes_word")));
  const button = element("button", "row", plate(row.label), text, age);
  const item = element("li", "", button);
  button.type = "button";
  button.addEventListener("click", () => picked(item.row, state.tab));
  items.set(row.id, item);
  return item;
}

export function isNext(row) {
  const {next} = state.desk;
  return row.state === "waiting" && Boolean(next) && next.ticket.id === row.id;
}

function drawNote(note, [name, text]) {
  if (note.dataset.shown === text) { return; }
  note.dataset.shown = text;
  note.replaceChildren(...(name ? [icon(name)] : []), element("span", "", text));
}

function noteOf(row) {
  if (isNext(row)) { return ["arrow-right", say("op.next_why", {reason: reasonWords(state.desk.next.reason)})]; }
  if (state.tab !== "waiting") { return ["", `${say("op.called_at")} ${atTime(row.called_at || row.queued_at)}`]; }
  if (row.mine === false) { return ["", say("op.not_mine")]; }
  if (row.only_counter) { return ["arrow-right", say("op.sent_here")]; }
  if (row.lane === "priority") { return ["accessibility", say("reason.priority")]; }
  if (row.slot_at) { return ["", `${say("op.booked_for")} ${atTime(row.slot_at)}`]; }
  return ["", `${say("op.taken_at")} ${atTime(row.issued_at)}`];
}

/* Called every second. */
export function drawAges() {
  items.forEach(function ({row, className, firstElementChild}) {
    if (className === "gone") { return; }
    const since = state.tab === "waiting" ? row.queued_at : row.called_at || row.queued_at;
    setText(firstElementChild.lastElementChild.firstElementChild, minutesSince(since));
  });
}

function openTab(tab) {
  state.tab = tab;
  touchedAt = -STILL_MS;
  items.clear();
  $("line").replaceChildren();
  $("line-panel").setAttribute("aria-labelledby", "tab-" + tab);
  draw();
}

function stepRow(step) {
  const rows = every(".row");
  const to = rows[Math.min(rows.length - 1, Math.max(0, rows.indexOf(document.activeElement) + step))];
  if (to) { to.focus(); }
}

function stepTab(step) {
  openTab(TABS[(TABS.indexOf(state.tab) + step + TABS.length) % TABS.length]);
  $("tab-" + state.tab).focus();
}

/* Up and down through the rows, left and right through the lists. True when the key was one of them. */
export function arrow(key) {
  const [step, by] = {ArrowDown: [stepRow, 1], ArrowUp: [stepRow, -1], ArrowRight: [stepTab, 1], ArrowLeft: [stepTab, -1]}[key] || [];
  if (step) { step(by); }
  return Boolean(step);
}

export function listenToLine(pick) {
  const panel = $("line-panel");
  picked = pick;
  TABS.forEach((tab) => $("tab-" + tab).addEventListener("click", () => openTab(tab)));
  ["pointermove", "pointerdown", "wheel", "keydown"].forEach((kind) => panel.addEventListener(kind, () => { touchedAt = performance.now(); }, {passive: true}));
  panel.addEventListener("pointerleave", function () { touchedAt = -STILL_MS; draw(); });
}
