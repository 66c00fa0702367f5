// The verbs of every store, as JSON lines. protocol.py describes them.

const readline = require("node:readline");

async function measure(events, work) {
  const cpu = process.cpuUsage();
  const began = process.hrtime.bigint();
  await work();
  const { user, system } = process.cpuUsage(cpu);
  const wall = Number(process.hrtime.bigint() - began) / 1e6;
  return { cpu_ms: (user + system) / 1e3 / events, wall_ms: wall / events };
}

async function told(work) {
  try {
    await work();
  } catch (error) {
    return { told: error.code ?? error.name };
  }
  return { told: "ok" };
}

// Answers requests with a store of the functions append, appendThree, fill, read and act.
async function serve(store, allTitles) {
  let runs = 0;
  let next = 0;
  const newName = () => `${process.pid}-${runs++}`; // which no other process uses
  const take = (count) => Array.from({ length: count }, () => allTitles[next++ % allTitles.length]);
  const verbs = {
    append: ({ count, at_once }) => {
      const run = newName();
      const each = Math.floor(count / at_once);
      const work = Array.from({ length: at_once }, () => take(each));
      const appendAll = async (titles, number) => {
        for (let version = 1; version <= each; version++) {
          await store.append(`${run}-${number}`, version, titles[version - 1]);
        }
      };
      return measure(each * at_once, () => Promise.all(work.map(appendAll)));
    },
    three: ({ count }) => {
      const stream = newName();
      const calls = Array.from({ length: count }, () => take(3));
      return measure(3 * count, async () => {
        for (const [call, titles] of calls.entries()) await store.appendThree(stream, call, titles);
      });
    },
    fill: ({ stream, count }) => {
      const titles = take(count);
      return measure(count, () => store.fill(stream, titles));
    },
    read: async ({ stream }) => {
      let events = 0;
      const took = await measure(1, async () => {
        events = (await store.read(stream)).length;
      });
      const each = Math.max(1, events);
      return { cpu_ms: took.cpu_ms / each, wall_ms: took.wall_ms / each, events };
    },
    titles: async ({ stream }) => ({ titles: await store.read(stream) }),
    put: ({ stream, version, title }) => told(() => store.append(stream, version, title)),
    act: ({ stream, title, id }) => told(() => store.act(stream, title, id)),
  };
  console.log(JSON.stringify({ ready: true }));
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const request = JSON.parse(line);
    console.log(JSON.stringify(await verbs[request.verb](request)));
  }
}

module.exports = { serve };
