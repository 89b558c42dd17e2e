/* The chime, and the truth about it: a screen that cannot be heard must say so. */
var clip = null;
var soundState = 'unknown';  /* unknown, on, blocked (the browser wants a key pressed first), broken */

/* Finds out at once, in silence, and not at the first call. Any key or touch frees a blocked sound. */
function prepareSound() {
  clip = new Audio(boot.chime);
  clip.addEventListener('error', function () { setSound('broken'); });
  play(0);
  ['keydown', 'click', 'touchend'].forEach(function (name) {
    doc.addEventListener(name, function () { if (soundState !== 'on') { play(1); } });
  });
}

function play(volume) {
  var played;
  if (!clip) { return; }
  if (soundState === 'broken') { clip.load(); } else if (clip.readyState > 0) { clip.currentTime = 0; }
  clip.volume = volume;
  played = clip.play();
  if (played && played.then) { played.then(function () { setSound('on'); }, refused); }
}

function refused(error) {
  if (error.name !== 'AbortError') { setSound(error.name === 'NotAllowedError' ? 'blocked' : 'broken'); }
}

function setSound(state) {
  soundState = state;
  sayHow();
}

/* So that the counters hear of a mute screen; the server listens only to a paired one. */
function sayHow() {
  if (isConnected() && soundState !== 'unknown') { socket.emit('say', { sound: soundState, layout: doc.documentElement.className || 'wide' }); }
}
