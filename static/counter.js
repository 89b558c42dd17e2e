/* The counter page comes to life: everything is drawn from `state`, after every change and every second. */
import {$, boot, clock, draw, fill, makeSwitch, now, onDraw, say, setClock, show, state} from "./counter-page.js";
import {act, beat, listen, refresh} from "./counter-feed.js";
import {drawHead, drawNow, drawTimes} from "./counter-now.js";
import {drawAges, drawLine, listenToLine} from "./counter-line.js";
import {checkAsk, drawOutages, listenToAsks} from "./counter-ask.js";
import {answers, drawActs, listenToActs, pickRow, signedOut} from "./counter-act.js";
import {drawGear} from "./counter-gear.js";
import {drawChoice, leaveIfClosed, listenToChoice, seatsChanged} from "./counter-choose.js";

function drawAll() {
  leaveIfClosed();
  const atDesk = Boolean(state.desk);
  document.body.dataset.view = atDesk ? "desk" : "choose";
  show("work", atDesk);
  show("tools", atDesk);
  show("choose", !atDesk);
  drawGear();
  fill("clock", clock(now()));
  if (atDesk) { drawDesk(); } else { drawSeats(); }
}

function drawSeats() {
  fill("counter-name", say("op.title"));
  drawChoice();
}

function drawDesk() {
  checkAsk();
  drawHead();
  drawNow();
  drawLine();
  drawActs();
  drawTimes();
  drawAges();
  if (state.ask && state.ask.kind === "outage") { drawOutages(); }
}

function everySecond() {
  beat();
  draw();
}

async function signOut() {
  await act("DELETE", "/session");
  location.assign("/login?next=/counter");
}

onDraw(drawAll);
makeSwitch("theme", "dark", "light", "light");
makeSwitch("keys", "on", "off", "on");
listenToLine(pickRow);
listenToAsks(answers);
listenToActs();
listenToChoice();
$("sign-out").addEventListener("click", signOut);
setClock(boot.at);
draw();
listen({
  signedOut,
  connected: seatsChanged,
  changed(change) {
    if (change.type === "counter_changed") { seatsChanged(); }
  },
});
if (state.desk && state.desk.waiting.length < state.desk.waiting_count) { refresh(); }
setInterval(everySecond, 1000);
