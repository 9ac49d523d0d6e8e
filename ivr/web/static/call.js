// The recording of a call: its picture with the turns on it, and each line to be heard by a click.
import WaveSurfer from "/vendor/wavesurfer.js";
import Regions from "/vendor/wavesurfer-regions.js";

const player = document.getElementById("player");
const wave = document.getElementById("wave");
const turns = [...document.querySelectorAll(".turn")];

for (const button of document.querySelectorAll(".hear")) {
  button.addEventListener("click", () => {
    player.currentTime = Number(button.dataset.at);
    player.play();
  });
}

player.addEventListener("timeupdate", () => {
  const now = player.currentTime;
  for (const turn of turns) {
    const playing =
      !player.paused && Number(turn.dataset.at) <= now && now < Number(turn.dataset.until);
    turn.classList.toggle("playing", playing);
  }
});

async function draw() {
  const answer = await fetch(wave.dataset.peaks);
  if (!answer.ok) return;
  const { channels, seconds } = await answer.json();
  const regions = Regions.create();
  const picture = WaveSurfer.create({
    container: wave,
    media: player,
    peaks: channels,
    duration: seconds,
    cspNonce: wave.dataset.nonce,
    height: 60,
    normalize: true,
    cursorColor: "#a61b1b",
    splitChannels: [
      { waveColor: "#c98a3c", progressColor: "#8a4b00" },
      { waveColor: "#6aa6bd", progressColor: "#0b5d7a" },
    ],
    plugins: [regions],
  });
  const mark = () => {
    turns.forEach((turn, index) => {
      regions.addRegion({
        start: Number(turn.dataset.at),
        end: Math.min(Number(turn.dataset.until), seconds),
        content: String(index + 1),
        color: turn.classList.contains("wrong")
          ? "rgb(166 27 27 / 22%)"
          : index % 2
            ? "rgb(11 93 122 / 4%)"
            : "rgb(11 93 122 / 11%)",
        drag: false,
        resize: false,
      });
    });
  };
  if (picture.getDuration() > 0) mark();
  else picture.once("ready", mark);
}

draw();
