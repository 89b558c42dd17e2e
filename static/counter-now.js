/* The left side: who stands at the counter, the papers, the times. */
import {$, atTime, boot, counterName, element, every, fill, minutesSince, reasonWords, say, serviceName, setPlate, show, state, stopwatch} from "./counter-page.js";

const MANY_PAPERS = 6;
const SPOKEN = {called: "op.called_now", serving: "op.serving_now", free: "op.next_up", empty: "op.empty", paused: "op.paused"};
const TIMED = {called: "op.called_n", serving: "op.service_time", free: "op.free_since", empty: "op.free_since"};
const seenPapers = new Map();    // ticket id -> set of the papers ticked; lives as long as the page

/* called, serving, free (somebody waits), empty, paused */
export function mode() {
  const {counter, ticket} = state.desk;
  if (ticket) { return ticket.state; }
  if (counter.state === "paused") { return "paused"; }
  return shownRow() || !state.isSure ? "free" : "empty";
}

/* The ticket in the large place: the person here, else the one picked from the list, else the next. */
function shownRow() {
  const {ticket, next} = state.desk;
  if (ticket) { return ticket; }
  return state.ask && state.ask.kind === "pick" ? state.ask.row : next && next.ticket;
}

export function drawNow() {
  const kind = mode();
  const row = kind === "paused" ? null : shownRow();
  const alone = !state.ask && !row;
  $("work").dataset.mode = kind;
  show("who", row);
  show("who-lane", row && row.lane === "priority");
  show("need", row && !state.ask);
  show("none-empty", alone && kind === "empty");
  show("none-paused", alone && kind === "paused");
  show("space", !alone);
  if (row) { drawPerson(row, kind); }
  if (row && row.requirements) { drawPapers(row); }
  if (kind === "paused") { fill("paused-words", pauseWords()); }
  drawTitle(kind, row);
}

function drawPerson(row, kind) {
  setPlate("who-no", row.label, kind === "called");
  fill("who-service", serviceName(row));
  fill("who-plain", kind === "free" ? nextWords(row) : row.people ? familyWords(row) : row.plain[boot.lang]);
  fill("who-taken", atTime(row.issued_at));
  fill("who-called", row.called_at ? atTime(row.called_at) : "");
  every(".who__called").forEach((part) => { part.hidden = kind === "free"; });
}

function nextWords(row) {
  const {next} = state.desk;
  return next && next.ticket.id === row.id ? say("op.next_why", {reason: reasonWords(next.reason)}) : "";
}

/* One booking for a family: who wants what. */
function familyWords(row) {
  const each = row.people.map((names, i) => (row.people.length > 1 ? say("book.person_n", {n: i + 1}) + ": " : "") + names.map((name) => name[boot.lang]).join(", "));
  return each.join(". ");
}

function pauseWords() {
  const key = "op.pause_" + state.desk.counter.reason;
  return (boot.words[key] ? say(key) + ". " : "") + say("op.paused_note");
}

/* Drawn once a person: what is ticked there must not jump. */
function drawPapers(row) {
  const papers = row.requirements.map((paper) => paper[boot.lang]);
  if ($("need").dataset.shown === row.id) { return; }
  $("need").dataset.shown = row.id;
  $("need").classList.toggle("need--many", papers.length > MANY_PAPERS);
  show("need-none", !papers.length);
  $("need-list").replaceChildren(...papers.map((paper, place) => paperItem(row.id, paper, place)));
}

function paperItem(ticketId, paper, place) {
  const box = element("input");
  const seen = seenPapers.get(ticketId) || new Set();
  seenPapers.set(ticketId, seen);
  box.type = "checkbox";
  box.checked = seen.has(place);
  box.addEventListener("change", () => (box.checked ? seen.add(place) : seen.delete(place)));
  return element("li", "", element("label", "", box, element("span", "", paper)));
}

/* The window's title, and what a screen reader hears when the person at the counter changes. */
function drawTitle(kind, row) {
  const name = counterName(state.desk.counter);
  document.title = row && kind !== "free" ? `${row.label}, ${name}` : name;
  fill("spoken", say(SPOKEN[kind]) + (row ? `: ${row.label}, ${serviceName(row)}` : ""));
}

/* Everything that grows by itself; called every second. */
export function drawTimes() {
  const kind = mode();
  const row = shownRow();
  const {ticket} = state.desk;
  const since = ticket ? Date.parse(kind === "serving" ? ticket.serving_at : ticket.called_at) : TIMED[kind] && state.freeAt;
  fill("time-words", since ? say(TIMED[kind], {n: ticket && ticket.times_called}) : "");
  fill("time", since ? stopwatch(since) : "");
  if (row) { fill("who-waited", say("op.minutes", {n: ticket ? ticket.waited_minutes : minutesSince(row.queued_at)})); }
}

export function drawHead() {
  const {counter} = state.desk;
  const paused = counter.state === "paused";
  fill("counter-name", counterName(counter));
  fill("pause-words", say(paused ? "op.resume" : "op.pause"));
  every("#tools .tool").forEach((tool) => { tool.disabled = Boolean(state.lostAt); });
}
