/* The line to the server: acts go out as requests, changes come in over the socket, the truth is the desk's snapshot.
   A change only says that something happened; the snapshot is asked again, so a gap in the versions heals itself. */
import {boot, draw, now, setClock, state} from "./counter-page.js";
import {askServer, isSocketUp, openSocket} from "./counter-socket.js";

const APART_MS = 150;        // between two snapshots, however many changes come in
const PATIENCE_MS = 2500;    // a snapshot that takes longer means that the line is down
const ACT_PATIENCE_MS = 8000;
const CALM_MS = 10000;       // asked again though nothing was heard: no lost change stays unseen longer
const ALONE_MS = 2000;       // the same without a socket
const GONE = [0, 502, 503, 504];

let etag = null;
let timer = null;
let asking = false;
let again = false;
let askedAt = 0;
let heardV = boot.v;         // the newest version of the hall's feed that this page knows of
let turns = 0;               // counts begun and ended acts: a snapshot asked before one is no longer the truth
let tell = {};               // what the page wants to hear of: changed(change), connected(), signedOut()

async function request(method, path, body, patience, headers) {
  const stop = new AbortController();
  const alarm = setTimeout(() => stop.abort(), patience);
  try {
    const answer = await fetch("/api/v1" + path, {method, headers, body: body && JSON.stringify(body), cache: "no-store", signal: stop.signal});
    const data = answer.headers.has("Content-Type") && answer.status !== 304 ? await answer.json() : {};
    return {status: answer.status, data, etag: answer.headers.get("ETag")};
  } catch (failed) {
    return {status: 0, data: {code: "offline"}};
  } finally {
    clearTimeout(alarm);
  }
}

export function look(path, headers = {}) {
  return request("GET", path, undefined, PATIENCE_MS, headers);
}

export async function act(method, path, body) {
  const token = document.querySelector('meta[name="csrf-token"]').content;
  turns += 1;
  const answer = await request(method, path, body, ACT_PATIENCE_MS, {"Content-Type": "application/json", "X-CSRF-Token": token});
  turns += 1;
  state.isSure = false;
  hear(answer.status);
  refresh();
  return answer;
}

/* Coalesced: one snapshot under way at most, APART_MS between two. */
export function refresh() {
  if (!state.desk || state.signedOut || timer) { return; }
  if (asking) { again = true; return; }
  timer = setTimeout(ask, Math.max(0, askedAt + APART_MS - performance.now()));
}

async function ask() {
  timer = null;
  if (!state.desk) { return; }
  const {number} = state.desk.counter;
  const before = turns;
  asking = true;
  askedAt = performance.now();
  const answer = await look(`/offices/${boot.office}/counters/${number}`, etag ? {"If-None-Match": etag} : {});
  asking = false;
  hear(answer.status);
  if (before !== turns) { again = true; } else { take(answer, number); }
  if (again) { again = false; refresh(); }
}

function take(answer, number) {
  if (answer.status === 304) { state.isSure = true; draw(); }
  if (answer.status !== 200 || !state.desk || state.desk.counter.number !== number) { return; }
  etag = answer.etag;
  setDesk(answer.data, true);
}

/* isWhole: a snapshot of the server's, not only what an act's answer tells. */
export function setDesk(desk, isWhole) {
  if (isWhole) { state.isSure = true; }
  if (state.desk && state.desk.ticket && !desk.ticket) { state.freeAt = now(); }
  if (desk.at !== (state.desk || {}).at) { setClock(desk.at); }
  state.desk = desk;
  draw();
}

/* Another counter, or none: its snapshot's tag means nothing any more. */
export function leaveDesk() {
  state.desk = null;
  state.ask = null;
  state.freeAt = null;
  etag = null;
}

/* Every answer, whatever it says, proves the line; silence is what cuts it. */
function hear(status) {
  if (GONE.includes(status)) { lose(); return; }
  if (status === 401 && !state.signedOut) { state.signedOut = true; tell.signedOut(); }
  if (!state.lostAt) { return; }
  state.lostAt = null;
  state.backAt = now();
  draw();
}

function lose() {
  if (state.lostAt) { return; }
  state.lostAt = now();
  draw();
}

/* Every second: asks again when nothing came for long, and often while the line is down. */
export function beat() {
  const alone = state.lostAt || !isSocketUp();
  if (performance.now() - askedAt > (alone ? ALONE_MS : CALM_MS)) { refresh(); }
}

/* After every (re)connection: what was missed is heard now; what is still missing, the snapshot brings. */
function watch() {
  askServer("watch", {office: boot.office, since: heardV}, function ({v, missed}) {
    missed.forEach((change) => changed("change", change));
    if (v === heardV) { return; }
    heardV = v;
    tell.connected();
    refresh();
  });
}

function changed(name, change) {
  if (name !== "change" || change.v <= heardV) { return; }
  heardV = change.v;
  tell.changed(change);
  if (state.desk && change.v > state.desk.v) { refresh(); }
}

export function listen(listener) {
  tell = listener;
  window.addEventListener("offline", lose);
  window.addEventListener("online", refresh);
  // A closed socket alone does not prove a lost server: the next snapshot decides.
  openSocket({joined: watch, event: changed, lost: refresh});
}
