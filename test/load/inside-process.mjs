// Loaded into the measured process with `--import`: tells over IPC for how long its event loop was held. Each time counts
// twice: as it passed on the clock, which a busy machine prolongs, and as CPU time of the main thread.
const TICK_MS = 1;
const LONG_MS = 10;
let timer;
let seen;

function watch() {
  seen = { wallMaxMs: 0, cpuMaxMs: 0, above: 0 };
  let lastMs = performance.now();
  let lastCpu = process.threadCpuUsage();
  clearInterval(timer);
  timer = setInterval(() => {
    const nowMs = performance.now();
    const { user, system } = process.threadCpuUsage(lastCpu);
    const cpuMs = (user + system) / 1000;
    seen.wallMaxMs = Math.max(seen.wallMaxMs, nowMs - lastMs - TICK_MS);
    seen.cpuMaxMs = Math.max(seen.cpuMaxMs, cpuMs);
    if (cpuMs > LONG_MS) seen.above++;
    lastMs = nowMs;
    lastCpu = process.threadCpuUsage();
  }, TICK_MS);
}

process.on('message', (question) => {
  if (question === 'watch') watch();
  else {
    clearInterval(timer);
    process.send(seen);
  }
});
process.channel?.unref();
