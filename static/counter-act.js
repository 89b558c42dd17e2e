/* The acts: which are possible, what each sends, what a refusal says, and the keys that press them. */
import {$, boot, draw, every, fill, newId, say, state} from "./counter-page.js";
import {act, look, setDesk} from "./counter-feed.js";
import {mode} from "./counter-now.js";
import {arrow, isNext} from "./counter-line.js";
import {closeAsk, openAsk} from "./counter-ask.js";

const CALLS_BEFORE_SKIP = 3;  // called fewer times than this, skipping is asked once more
const SLIP_MS = 1000;
const MAIN = {free: "next", called: "start", serving: "finish"};
const SLIP_WORDS = {printed: "op.slip_printed", sent: "op.slip_printed", unsure: "op.alert_print_unsure"};

const isCalled = () => mode() === "called";
const isHere = () => Boolean(state.desk.ticket);
const ofOffice = (path) => `/offices/${boot.office}/${path}`;
const ofCounter = (path) => ofOffice(`counters/${state.desk.counter.number}/${path}`);

/* may: is it possible now; run: what pressing it does. */
const acts = {
  next: {may: () => mode() === "free", run: () => send(ofCounter("call-next"))},
  recall: {may: isCalled, run: () => onTicket("recall")},
  start: {may: isCalled, run: () => onTicket("start")},
  finish: {may: () => mode() === "serving", run: () => onTicket("finish")},
  skip: {may: isCalled, run: skip},
  hold: {may: isHere, run: () => onTicket("hold")},
  move: {may: isHere, run: () => openAsk("move", {row: state.desk.ticket})},
  back: {may: isCalled, run: () => onTicket("put-back")},
  pause: {run: pauseOrResume},
  close: {run: close},
};

function skip() {
  const {ticket} = state.desk;
  if (ticket.times_called < CALLS_BEFORE_SKIP) { openAsk("skip", {row: ticket}); } else { onTicket("no-show"); }
}

/* Nobody leaves with a person still at the counter. */
function isBusy() {
  const {ticket} = state.desk;
  if (ticket) { openAsk("said", {words: say("op.counter_busy", {number: ticket.label})}); }
  return Boolean(ticket);
}

function pauseOrResume() {
  if (state.desk.counter.state === "paused") { send(ofCounter("resume")); } else if (!isBusy()) { openAsk("pause"); }
}

function close() {
  if (isBusy()) { return; }
  if (state.desk.waiting_count) { openAsk("close"); } else { send(ofCounter("close")); }
}

/* What the questions of counter-ask.js do with their answers. */
export const answers = {
  skip: () => onTicket("no-show"),
  pick: ({why}, {row}) => send(ofCounter("call"), {ticket: row.id, seen_state: row.state, ...(why && {why})}),
  missed: (given, {row}) => onTicket("return", {}, row),
  held: (given, {row}) => onTicket("resume", {}, row),
  pause: ({reason}) => send(ofCounter("pause"), {reason}),
  close: () => send(ofCounter("close")),
  help: () => callForHelp(state.desk.counter.number, true),
  slip: settleSlip,
  said: closeAsk,

  move({service, counter}, {row}) {
    if (service || counter) { onTicket("transfer", {...(service && {service}), ...(counter && {counter: Number(counter)})}, row); }
  },

  outage({service, reason, until, end}) {
    if (end) { send(`/outages/${end}`, undefined, "DELETE"); }
    if (reason) { send(ofOffice("outages"), {service: service || null, reason, ...(until && {until: todayAt(until)})}); }
  },

  async give({service, lane}) {
    const answer = await send(ofOffice("tickets"), {service, lane: lane || "regular", lang: boot.lang});
    if (answer) { follow(answer.data); }
  },

  async given(given, {ticket}) {
    const answer = await send(`/slips/${ticket.slip.id}/reprint`);
    if (answer) { follow(ticket); }
  },
};

/* A paper that did not come: once more, or not wanted any more. */
async function settleSlip({copy}, {slip}) {
  if (!(await send(`/slips/${slip.id}/${copy === "1" ? "reprint" : "drop"}`))) { return; }
  closeAsk();
  draw();
}

export function callForHelp(number, needed) { return send(ofOffice(`counters/${number}/help`), {needed}); }

/* "9.30" or "09:30" of the office's own day, with the offset the server speaks in. */
function todayAt(time) {
  const at = time.replace(".", ":").padStart(5, "0");
  return state.desk.at.replace(/T.*?(?=[+-]\d\d:\d\d$|Z$)/, `T${at}:00`);
}

async function follow(ticket) {
  openAsk("given", {ticket});
  followSlip(ticket);
}

/* Asks how the paper is until it is out or stuck, while somebody looks. */
async function followSlip(ticket) {
  const slip = await look(`/slips/${ticket.slip.id}`);
  if (!state.ask || state.ask.ticket !== ticket) { return; }
  if (slip.status === 200 && ["pending", "sending"].includes(slip.data.state)) { setTimeout(followSlip, SLIP_MS, ticket); return; }
  fill("given-slip", say(SLIP_WORDS[slip.data.state] || "op.alert_print_failed", {number: ticket.label}));
}

function onTicket(path, more = {}, row = state.desk.ticket) {
  return send(`/tickets/${row.id}/${path}`, {seen_state: row.state, ...more});
}

/* One act at a time; its answer is shown at once, the snapshot follows. Null when it was refused. */
async function send(path, body = {}, method = "POST") {
  if (state.busy || state.lostAt || state.signedOut) { return null; }
  state.busy = true;
  draw();
  const answer = await act(method, path, method === "POST" ? {...body, request_id: newId()} : undefined);
  state.busy = false;
  if (state.signedOut) { return null; }
  if (answer.status === 0 || answer.status >= 400) { refuse(answer); return null; }
  closeAsk();
  apply(answer.data);
  keepFocus();
  return answer;
}

/* An answer is a ticket, {ticket, reason}, a counter, or something that the snapshot will bring. */
function apply(data) {
  const {desk} = state;
  if (data.taking) { setDesk({...desk, counter: data}); return; }
  const ticket = data.times_called === undefined ? data.ticket : data;
  if (!ticket || !ticket.state) { draw(); return; }
  const here = ["called", "serving"].includes(ticket.state) && ticket.counter === desk.counter.number;
  const wasHere = desk.ticket && desk.ticket.id === ticket.id;
  const others = (rows) => rows.filter((row) => row.id !== ticket.id);
  setDesk({
    ...desk,
    ticket: here ? ticket : wasHere ? null : desk.ticket,
    next: desk.next && desk.next.ticket.id !== ticket.id ? desk.next : null,
    waiting: others(desk.waiting),
    missed: others(desk.missed).concat(ticket.state === "no_show" ? ticket : []),
    held: others(desk.held).concat(ticket.state === "held" ? ticket : []),
  });
}

/* The button just pressed may now be impossible: the one to press next takes the focus. */
function keepFocus() {
  const {activeElement} = document;
  const main = every("#main .btn--main").find((button) => button.offsetParent);
  if (main && (activeElement === document.body || activeElement.disabled)) { main.focus(); }
}

/* What happened and what to do: the server says it, except when it cannot be heard. */
export function refusalWords({data}) {
  return data.text ? data.text[boot.lang] : say(data.code === "offline" ? "err.offline" : "err.generic");
}

function refuse(answer) { openAsk("said", {words: refusalWords(answer)}); }

export function signedOut() { openAsk("said", {words: say("err.session_over"), signIn: true}); }

export function drawActs() {
  const stopped = Boolean(state.lostAt) || state.signedOut;
  every("#acts [data-act]").forEach(function (button) {
    button.disabled = stopped || !acts[button.dataset.act].may();
    button.classList.toggle("btn--main", !stopped && button.dataset.act === MAIN[mode()]);
  });
  every("[data-ask=give], #ask button:not([data-close])").forEach((button) => { button.disabled = stopped; });
  $("work").toggleAttribute("data-busy", state.busy);
}

/* A row of the line: what can be asked about it. */
export function pickRow(row, tab) {
  if (state.lostAt || state.busy) { return; }
  if (tab !== "waiting") { openAsk(tab, {row}); return; }
  if (isBusy()) { return; }
  if (row.mine === false) { openAsk("said", {words: say("op.not_mine")}); return; }
  openAsk("pick", {row, plain: isNext(row)});
}

function isTyping(target) {
  return target.matches("select, input:not([type=checkbox]):not([type=radio])");
}

function buttonOf(key, within) {
  return every(`${within} [data-key="${CSS.escape(key)}"]`).find((button) => button.offsetParent && !button.disabled);
}

/* Enter in a list of choices answers the question; Chromium would only open the list, as the space bar does. */
function answerAtOnce(event) {
  const main = event.key === "Enter" && event.target.matches("select") && event.target.form.querySelector("[data-enter]");
  if (main) { event.preventDefault(); event.target.form.requestSubmit(main); }
}

/* A key presses the button that shows it: in the open question first, then on the desk. */
function pressKey(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || !state.desk) { return; }
  const key = event.key === "Escape" ? "Esc" : event.key.toUpperCase();
  const off = isTyping(event.target) || document.documentElement.dataset.keys === "off";
  if (off && key !== "Esc") { return; }
  const button = buttonOf(key, "#ask") || buttonOf(key, "body");
  if (button) { button.click(); }
  if (button || arrow(event.key)) { event.preventDefault(); }
}

export function listenToActs() {
  every("[data-act]").forEach((button) => button.addEventListener("click", function () {
    if (!state.busy && !state.lostAt) { acts[button.dataset.act].run(); }
  }));
  every("[data-key]").forEach((button) => button.setAttribute("aria-keyshortcuts", button.dataset.key));
  document.addEventListener("keydown", pressKey);
  $("ask").addEventListener("keydown", answerAtOnce);
}
