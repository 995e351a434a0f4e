// Nothing is imported before the version is known to do: an older Node would fail on what it lacks, in many lines.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(`local-aws needs Node 22.19 or later; this is ${process.version}.\n`);
  process.exit(1);
}
const { readConfig } = await import('./read-config.js');
const { startLocalAws } = await import('./server.js');

try {
  const localAws = await startLocalAws(readConfig(process.env));
  process.stdout.write(`local-aws is ready at ${localAws.url}\n`);
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    localAws.close().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`local-aws: ${String(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
} catch (error) {
  process.stderr.write(`local-aws: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
