// A trial that goes on: asks how far it is, and shows the result when it is over.
const EVERY = 1000; // ms
const running = document.getElementById("running");
const bar = running.querySelector("progress");

async function look() {
  const answer = await fetch(running.dataset.state).catch(() => null);
  if (answer?.ok) {
    const state = await answer.json();
    if (state.over) {
      location.reload();
      return;
    }
    if (state.of) {
      bar.max = state.of;
      bar.value = state.done;
    }
  } else if (answer && answer.status < 500) {
    location.reload(); // signed out, or the agent was started anew
    return;
  }
  setTimeout(look, EVERY);
}
setTimeout(look, EVERY);
