// A few visitors with the real SDK, who decode all that comes and note when some of the others are seen to move.
// Speaks with the load generator by lines: `join N`, `measure`, `end`; answers `ok`, at the end with JSON.
import { createInterface } from 'node:readline';
import { Client } from '@colyseus/sdk';

// Players whose moves a probe notes: looking at all of them would only cost the generator more.
const SAMPLE_COUNT = 100;

const client = new Client(`http://127.0.0.1:${process.argv[2]}`);
const rooms = [];
let measuring = false;
const frames = [];
const seen = [];

// CLOCK_MONOTONIC, as Python's time.monotonic() reads it.
const nowS = () => Number(process.hrtime.bigint()) / 1e9;

function sampleOf(players) {
  const all = [...players.values()];
  const stride = Math.max(1, Math.floor(all.length / SAMPLE_COUNT));
  return all.filter((_, index) => index % stride === 0).map((player) => ({ player, x: player.x, z: player.z }));
}

async function join() {
  const room = await client.joinOrCreate('hall');
  const index = rooms.push(room) - 1;
  frames[index] = 0;
  let sample;
  room.onStateChange((state) => {
    if (!measuring) return;
    const atS = nowS();
    frames[index] += 1;
    sample ??= sampleOf(state.players);
    for (const entry of sample) {
      const { x, z } = entry.player;
      if (x === entry.x && z === entry.z) continue;
      entry.x = x;
      entry.z = z;
      seen.push(x, z, atS);
    }
  });
}

for await (const line of createInterface({ input: process.stdin })) {
  const [command, count] = line.split(' ');
  if (command === 'join') for (let joined = 0; joined < Number(count); joined += 1) await join();
  if (command === 'measure') measuring = true;
  if (command === 'end') measuring = false;
  console.log(command === 'end' ? JSON.stringify({ frames, seen }) : 'ok');
}
