/** What the dependencies need (Nest 12 and Vitest ask for more than Node 20 has). */
const MINIMUM = [22, 19];

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const [minimumMajor = 0, minimumMinor = 0] = MINIMUM;
if (major < minimumMajor || (major === minimumMajor && minor < minimumMinor)) {
  process.stderr.write(
    `Sluice needs Node ${MINIMUM.join('.')} or newer, but this is ${process.versions.node}. Start it with 'npm start', which brings its own.\n`,
  );
  process.exit(1);
}
