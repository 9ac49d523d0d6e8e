// Calls in progress, as the server tells of them (ivr/live/calls.py says which changes there are).
const words = JSON.parse(document.getElementById("connection").dataset.words);
const csrf = document.querySelector("meta[name=csrf-token]").content;
const connection = document.getElementById("connection");
const nobody = document.getElementById("nobody");
const list = document.getElementById("calls");
const template = document.getElementById("call");
const cards = new Map(); // call id -> element
const GONE_AFTER = 8000; // ms that a call stays to be seen after its end

function begin(call) {
  const card = template.content.firstElementChild.cloneNode(true);
  card.querySelector(".number").textContent = call.caller_last_four || words.withheld;
  card.querySelector(".began").textContent = call.began;
  card.querySelector(".handover")?.setAttribute("href", `/handover/${call.call_id}`);
  card.querySelector(".take-over")?.addEventListener("click", () => act(card, call.call_id, "take-over"));
  card.querySelector(".listen-in")?.addEventListener("click", () =>
    act(card, call.call_id, "listen-in", { phone: card.querySelector(".phone").value }));
  cards.set(call.call_id, card);
  list.prepend(card);
  call.lines.forEach((line) => add(card, line));
  state(card, call.state);
}

function add(card, line) {
  const lines = card.querySelector(".lines");
  const item = document.createElement("li");
  item.className = line.who;
  const who = document.createElement("span");
  who.className = "who";
  who.textContent = words[line.who];
  const text = document.createElement("span");
  text.lang = "zh-CN";
  text.textContent = line.text;
  item.append(who, text);
  lines.append(item);
  mean(card, line.meaning);
  lines.parentElement.scrollTop = lines.scrollHeight;
}

function mean(card, meaning) {
  const item = card.querySelector(".lines").lastElementChild;
  const named = Object.entries(meaning).filter(([, found]) => found.value !== undefined);
  if (!item || !named.length) return;
  const small = item.querySelector("small") ?? document.createElement("small");
  small.textContent = named
    .map(([slot, found]) => `${words[`asked:${slot}`] ?? slot} ${found.value}（${Math.round(found.confidence * 100)}%）`)
    .join(" ");
  item.append(small);
}

function state(card, value) {
  const [kind] = value.split(":");
  const name = words[value] ?? "";
  const shown = { asked: `${words.waits_for}${name}`, transfer: `${words.handed_over}${name}` };
  card.querySelector(".state").textContent = shown[kind] ?? "";
}

function end(callId, outcome, reason) {
  const card = cards.get(callId);
  if (!card) return;
  cards.delete(callId);
  card.classList.add("over");
  const why = words[`transfer:${reason}`] ?? "";
  card.querySelector(".state").textContent = `${words.ended}${words[`outcome:${outcome}`] ?? ""} ${why}`;
  card.querySelectorAll(".take-over, .listen-in, .phone").forEach((each) => { each.disabled = true; });
  setTimeout(() => { card.remove(); count(); }, GONE_AFTER);
}

function count() {
  nobody.hidden = list.children.length > 0;
}

async function act(card, callId, what, fields = {}) {
  const told = card.querySelector(".told");
  const buttons = card.querySelectorAll("button");
  buttons.forEach((button) => { button.disabled = true; });
  try {
    const answer = await fetch(`/live/${callId}/${what}`, {
      method: "POST",
      headers: { "X-CSRF-Token": csrf },
      body: new URLSearchParams(fields),
    });
    const type = answer.headers.get("Content-Type") ?? "";
    told.textContent = type.startsWith("application/json") ? (await answer.json()).told : words.lost;
  } catch {
    told.textContent = words.lost;
  }
  told.hidden = false;
  if (!card.classList.contains("over")) buttons.forEach((button) => { button.disabled = false; });
}

const changes = {
  all(change) {
    list.replaceChildren();
    cards.clear();
    change.calls.forEach(begin);
  },
  began: (change) => begin(change.call),
  line: (change) => cards.has(change.call_id) && add(cards.get(change.call_id), change.line),
  meaning: (change) => cards.has(change.call_id) && mean(cards.get(change.call_id), change.meaning),
  state: (change) => cards.has(change.call_id) && state(cards.get(change.call_id), change.state),
  ended: (change) => end(change.call_id, change.outcome, change.reason),
};

const stream = new EventSource("/live/events");
stream.addEventListener("open", () => { connection.textContent = words.connected; });
stream.addEventListener("message", (event) => {
  const change = JSON.parse(event.data);
  changes[change.kind]?.(change);
  count();
});
stream.addEventListener("error", () => {
  connection.textContent = words.lost;
  // Refused, because nobody is signed in any more: the page itself leads to the form.
  if (stream.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), 5000);
});
