/* Before the desk: which counter, and what it takes. Who sits where is kept fresh like everything else. */
import {$, boot, counterName, draw, element, newId, remember, remembered, say, setText, show, state} from "./counter-page.js";
import {act, leaveDesk, look, setDesk} from "./counter-feed.js";
import {refusalWords} from "./counter-act.js";

const seats = new Map(boot.counters.map((one) => [one.number, one]));
const form = $("choose-form");

function isTaken(seat) { return seat.state !== "closed" && seat.operator_id !== boot.person; }
function chosen() { return seats.get(Number(new FormData(form).get("counter"))); }
function radioOf(seat) { return $("seat-" + seat.number).querySelector("input"); }

function seatWords(seat) {
  if (isTaken(seat)) { return say("op.used_by", {name: seat.operator}); }
  return say(seat.state === "closed" ? "op.seat_free" : "op.seat_mine");
}

function drawSeat(seat) {
  const card = $("seat-" + seat.number);
  const radio = radioOf(seat);
  radio.disabled = isTaken(seat);
  radio.checked = radio.checked && !radio.disabled;
  setText(card.querySelector("small"), seatWords(seat));
  card.classList.toggle("seat--taken", radio.disabled);
  card.classList.toggle("seat--on", radio.checked);
}

export function drawChoice() {
  seats.forEach(drawSeat);
  if (!chosen()) { chooseFirst(); }
}

/* One's own counter, else the one used last on this machine, else the first free one. */
function chooseFirst() {
  const free = [...seats.values()].filter((seat) => !isTaken(seat));
  const seat = free.find((one) => one.state !== "closed") || free.find((one) => String(one.number) === remembered("last")) || free[0];
  if (!seat) { return; }
  radioOf(seat).checked = true;
  seatChosen();
}

/* All that this counter's data allows is ticked; the rest cannot be. */
function seatChosen() {
  const {state: held, services, taking} = chosen();
  form.querySelectorAll("[name=service]").forEach(function (box) {
    box.disabled = !services.includes(box.value);
    box.checked = (held === "closed" ? services : taking).includes(box.value);
  });
  seats.forEach(drawSeat);
  drawLetters();
}

function boxesOf(letter) { return [...form.querySelectorAll(`[data-of="${letter}"]:not(:disabled)`)]; }

function drawLetters() {
  form.querySelectorAll("[data-letter]").forEach(function (box) {
    const boxes = boxesOf(box.dataset.letter);
    const on = boxes.filter((one) => one.checked).length;
    box.disabled = !boxes.length;
    box.checked = on > 0 && on === boxes.length;
    box.indeterminate = on > 0 && on < boxes.length;
  });
}

function boxChanged({target}) {
  if (target.name === "counter") { seatChosen(); return; }
  if (target.dataset.letter) { boxesOf(target.dataset.letter).forEach((box) => { box.checked = target.checked; }); }
  drawLetters();
}

async function openCounter(event) {
  event.preventDefault();
  const seat = chosen();
  const taking = new FormData(form).getAll("service");
  if (!taking.length) { sayHere(say("op.choose_one")); return; }
  const all = !form.querySelector("[name=service]:not(:checked):not(:disabled)");
  const path = `/offices/${boot.office}/counters/${seat.number}`;
  const opened = await act("POST", path + "/open", {...(!all && {services: taking}), request_id: newId()});
  const desk = opened.status === 200 ? await look(path) : opened;
  if (desk.status !== 200) { sayHere(refusalWords(desk)); return; }
  remember("last", seat.number);
  sayHere("");
  setDesk(desk.data, true);
}

function sayHere(words) {
  show("choose-said", words);
  setText($("choose-said"), words);
}

export async function seatsChanged() {
  if (state.desk) { return; }
  const answer = await look(`/offices/${boot.office}/counters`);
  if (answer.status === 200) { answer.data.counters.forEach((seat) => seats.set(seat.number, seat)); }
  draw();
}

/* The desk is ours while its counter is open in our name; else we are choosing again. */
export function leaveIfClosed() {
  const {counter} = state.desk || {};
  if (!counter || (counter.state !== "closed" && counter.operator_id === boot.person)) { return; }
  seats.set(counter.number, counter);
  if (counter.state !== "closed") { sayHere(say("op.counter_taken", {n: counter.number, name: counter.operator})); }
  leaveDesk();
  show("ask", false);
}

/* The services as boxes under their letters. */
function makeBoxes() {
  boot.services.forEach(function ({code, name, letter}) {
    const box = element("input");
    box.type = "checkbox";
    box.name = "service";
    box.value = code;
    box.dataset.of = letter;
    $("duty-" + letter).append(element("label", "", box, element("span", "", name)));
  });
}

export function listenToChoice() {
  makeBoxes();
  seats.forEach((seat) => setText($("seat-" + seat.number).querySelector("b"), counterName(seat)));
  form.addEventListener("change", boxChanged);
  form.addEventListener("submit", openCounter);
}
