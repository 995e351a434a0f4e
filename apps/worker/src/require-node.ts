const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(
    `Sluice needs Node 22.19 or later, this is ${process.versions.node}. Start it with 'npm start' or 'npm run start:worker', which bring their own.\n`,
  );
  process.exit(1);
}
